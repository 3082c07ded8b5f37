package dev.ringrift.cli;

/// How a word is shown on a terminal.
public enum Style {
  PLAIN(""),
  GOOD("\u001b[32m"),
  WARN("\u001b[33m"),
  BAD("\u001b[31m"),
  DIM("\u001b[2m"),
  BOLD("\u001b[1m");

  private final String begin;

  Style(String begin) {
    this.begin = begin;
  }

  String begin() {
    return begin;
  }

  /// The style of a state's name.
  static Style ofState(String state) {
    return switch (state) {
      case "up", "succeeded", "ok" -> GOOD;
      case "suspect", "paused", "waiting", "placed", "preparing", "cancelled" -> WARN;
      case "unknown", "gone", "failed", "lost" -> BAD;
      default -> PLAIN;
    };
  }
}
