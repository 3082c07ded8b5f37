package dev.ringrift.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// `--reason`, on commands whose why is kept.
final class ReasonOption {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the event log.")
  private String reason = "";

  /// A request's body with the reason; without one where none was given, since to the API an empty
  /// reason is one too.
  Map<String, String> body() {
    Map<String, String> body = new LinkedHashMap<>();
    if (!reason.isBlank()) {
      body.put("reason", reason);
    }
    return body;
  }

  /// A request's body with the reason and one more field.
  Map<String, String> body(String key, String value) {
    Map<String, String> body = body();
    body.put(key, value);
    return body;
  }
}
