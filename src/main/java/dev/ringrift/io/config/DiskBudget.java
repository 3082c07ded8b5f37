package dev.ringrift.io.config;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much of a disk something may have, as people write it: `500GB`, `1.5TiB`, `80%`, `none`.
///
/// @param percent of the disk; 0 where `bytes` counts
/// @param bytes `Long.MAX_VALUE` for no limit
public record DiskBudget(int percent, long bytes) {
  /// Four fifths of the disk: room is left for what jobs write.
  public static final DiskBudget USUAL = new DiskBudget(80, 0);

  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})\\s*%");
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)\\s*([kmgt])(i?)b?");

  /// @throws IllegalArgumentException when it is none; the message says what may be written
  public static DiskBudget parse(String text) {
    String trimmed = text.strip().toLowerCase(Locale.ROOT);
    if (trimmed.equals("none")) {
      return new DiskBudget(0, Long.MAX_VALUE);
    }
    Matcher part = PERCENT.matcher(trimmed);
    if (part.matches()) {
      int percent = Integer.parseInt(part.group(1));
      if (percent >= 1 && percent <= 100) {
        return new DiskBudget(percent, 0);
      }
    }
    Matcher size = SIZE.matcher(trimmed);
    if (size.matches()) {
      BigDecimal unit = BigDecimal.valueOf(size.group(3).isEmpty() ? 1_000 : 1_024);
      int power = "kmgt".indexOf(size.group(2)) + 1;
      BigDecimal bytes = new BigDecimal(size.group(1)).multiply(unit.pow(power));
      return new DiskBudget(0, bytes.setScale(0, RoundingMode.DOWN).longValueExact());
    }
    throw new IllegalArgumentException(
        "'%s' is no size: write for example 500GB, 2TiB, 80%% of the disk, or none"
            .formatted(text));
  }

  /// In bytes, on the disk of `folder`, which is there.
  public long of(Path folder) throws IOException {
    return percent == 0 ? bytes : Files.getFileStore(folder).getTotalSpace() / 100 * percent;
  }
}
