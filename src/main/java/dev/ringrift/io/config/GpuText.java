package dev.ringrift.io.config;

import dev.ringrift.core.jobs.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A node's GPUs as its config states them, for machines where they cannot be measured and for
/// tests: `4x RTX 5090 32607MiB`, `H100 80GB, A10 24GB`, or `none`.
public final class GpuText {
  private static final Pattern GROUP =
      Pattern.compile("(?:(\\d{1,3})\\s*[xX]\\s+)?(\\S.*?)\\s+(\\d{1,7})\\s*(MiB|GiB|GB)");
  private static final int GPUS_MAX = 256;

  private GpuText() {}

  /// Reads the text; indices count from 0 in its order.
  ///
  /// @throws IllegalArgumentException when it cannot be read; the message says what may be written
  public static List<Gpu> parse(String text) {
    List<Gpu> gpus = new ArrayList<>();
    if (text.strip().equals("none")) {
      return gpus;
    }
    for (String part : text.split(",", -1)) {
      Matcher group = GROUP.matcher(part.strip());
      if (!group.matches()) {
        throw wrong(text);
      }
      int count = group.group(1) == null ? 1 : Integer.parseInt(group.group(1));
      if (count < 1 || gpus.size() + count > GPUS_MAX) {
        throw wrong(text);
      }
      int vramMib = mib(Integer.parseInt(group.group(3)), group.group(4));
      for (int i = 0; i < count; i++) {
        gpus.add(new Gpu(gpus.size(), group.group(2), vramMib));
      }
    }
    return gpus;
  }

  private static int mib(int amount, String unit) {
    long mib =
        switch (unit) {
          case "MiB" -> amount;
          case "GiB" -> amount * 1024L;
          default -> amount * 1_000_000_000L / (1 << 20);
        };
    return (int) Math.min(mib, Integer.MAX_VALUE);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'%s' names no GPUs: write for example '4x RTX 5090 32607MiB' or 'none'".formatted(text));
  }
}
