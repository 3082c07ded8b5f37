package dev.ringrift.core;

/// A failure that a person can mend: what happened, why, and what to do. Shown without a stack
/// trace, as
/// ```
/// cannot reach voter mac-studio
///   because: the SOCKS5 proxy socks5://localhost:1055 refused the connection
///   to mend: is tailscaled running?
/// ```
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String because;
  private final String mend;

  /// @param what one line, no full stop
  /// @param because the cause, or empty where `what` says it
  /// @param mend what to do, or empty where nothing can be done
  public UserError(String what, String because, String mend) {
    super(what, null, false, false);
    this.because = because;
    this.mend = mend;
  }

  /// What happened, in one line.
  public String what() {
    return String.valueOf(getMessage());
  }

  /// Why it happened; may be empty.
  public String because() {
    return because;
  }

  /// What to do about it; may be empty.
  public String mend() {
    return mend;
  }

  /// The lines shown to a person.
  public String text() {
    StringBuilder text = new StringBuilder(what());
    if (!because.isEmpty()) {
      text.append("\n  because: ").append(because.replace("\n", "\n           "));
    }
    if (!mend.isEmpty()) {
      text.append("\n  to mend: ").append(mend.replace("\n", "\n           "));
    }
    return text.toString();
  }
}
