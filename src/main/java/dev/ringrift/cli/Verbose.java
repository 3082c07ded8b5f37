package dev.ringrift.cli;

import java.util.Locale;
import java.util.Map;

/// Whether `RINGRIFT_P2P_VERBOSE` asks for detail.
final class Verbose {
  private Verbose() {}

  static boolean wanted(Map<String, String> environment) {
    return switch (environment.getOrDefault("RINGRIFT_P2P_VERBOSE", "").toLowerCase(Locale.ROOT)) {
      case "1", "true", "yes", "on" -> true;
      default -> false;
    };
  }
}
