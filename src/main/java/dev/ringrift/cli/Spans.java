package dev.ringrift.cli;

import java.util.Locale;

/// Spans of time in the words of people.
public final class Spans {
  private Spans() {}

  /// For example `0.2 s`, `3 s`, `5 min`, `2 h 10 min`, `3 d`.
  public static String text(long millis) {
    long seconds = millis / 1000;
    if (millis < 10_000) {
      return millis % 1000 < 100
          ? seconds + " s"
          : String.format(Locale.ROOT, "%d.%d s", seconds, millis % 1000 / 100);
    }
    if (seconds < 120) {
      return seconds + " s";
    }
    long minutes = seconds / 60;
    if (minutes < 120) {
      return minutes + " min";
    }
    long hours = minutes / 60;
    if (hours < 48) {
      return minutes % 60 == 0 ? hours + " h" : hours + " h " + minutes % 60 + " min";
    }
    return hours / 24 + " d";
  }

  /// How long ago a time was, in whole seconds where it is short; `-` for none.
  public static String ago(long thenMillis, long nowMillis) {
    return thenMillis <= 0 ? "-" : agoOf(Math.max(0, nowMillis - thenMillis));
  }

  public static String agoOf(long millis) {
    return text(millis / 1000 * 1000) + " ago";
  }
}
