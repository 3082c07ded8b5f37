package dev.ringrift.cli;

import java.util.Map;

/// One way to ask a cluster. Blocks; used by one thread.
interface Way extends AutoCloseable {
  /// Asks, and takes any answer.
  ///
  /// @throws Closed when there was no answer
  Answer ask(Question question) throws Closed;

  /// Whether it leads to an agent on this machine.
  boolean local();

  @Override
  void close();

  /// @param method `GET` or `POST`
  /// @param query names and values, not yet encoded
  /// @param body JSON, or empty
  record Question(String method, String path, Map<String, String> query, String body) {}

  /// @param status as in HTTP
  @SuppressWarnings("ArrayRecordComponent") // read once and never compared
  record Answer(int status, byte[] body) {}

  /// There was no answer this way.
  final class Closed extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean somebodyThere;

    /// @param reason with the address
    /// @param somebodyThere whether something listens there, so that waiting may help
    Closed(String reason, boolean somebodyThere) {
      super(reason, null, false, false);
      this.somebodyThere = somebodyThere;
    }

    String reason() {
      return String.valueOf(getMessage());
    }

    boolean somebodyThere() {
      return somebodyThere;
    }
  }
}
