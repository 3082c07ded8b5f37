package dev.ringrift.io.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people write them: `500ms`, `90s`, `5m`, `2h`, `1d`, `1h30m`, `0`.
public final class DurationText {
  /// What may be written, for messages.
  static final String GRAMMAR = "write for example 500ms, 90s, 5m, 2h or 1d";

  private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)\\s*(ms|[smhd])");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + "\\s*)+");

  private DurationText() {}

  /// Reads a duration.
  ///
  /// @throws IllegalArgumentException when it is none; the message says what may be written
  public static Duration parse(String text) {
    String trimmed = text.strip();
    if (trimmed.equals("0")) {
      return Duration.ZERO;
    }
    if (!WHOLE.matcher(trimmed).matches()) {
      throw new IllegalArgumentException("'%s' is no duration: %s".formatted(text, GRAMMAR));
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(trimmed);
    while (part.find()) {
      BigDecimal millis =
          new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(millis(part.group(2))));
      sum = sum.plusMillis(millis.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }
    return sum;
  }

  /// The shortest text that `parse` reads back, for example `1h30m`.
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    append(text, duration.toDays(), "d");
    append(text, duration.toHoursPart(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.toString();
  }

  private static long millis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> 86_400_000;
    };
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(amount).append(unit);
    }
  }
}
