package dev.ringrift.core.trust;

/// What came of judging the other side of a link.
public sealed interface Verdict {
  /// It is who it says.
  ///
  /// @param warning what a person should look at, such as a wrong clock, or empty
  record Accepted(Credential credential, String warning) implements Verdict {}

  /// It has no credential yet and may only ask for one.
  record Enrolling() implements Verdict {}

  /// It is turned away.
  ///
  /// @param detail one line that the other side is told too
  record Refused(Refusal reason, String detail) implements Verdict {
    /// The line for people: the word and the detail.
    public String text() {
      return reason.label() + ": " + detail;
    }
  }
}
