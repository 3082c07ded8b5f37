package dev.ringrift.io.gpu;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// GPUs as they are written in a configuration: `4x RTX 5090 32607MiB`, several kinds joined by
/// a comma. The count may be left out; the memory is in `MiB`, `GiB`, or `GB` (10^9 bytes).
public final class GpuText {
  /// Most GPUs of one node.
  public static final int GPUS_MAX = 64;

  private static final Pattern KIND =
      Pattern.compile(
          "(?:(\\d{1,3})\\s*x\\s+)?(\\S.*?)\\s+(\\d{1,7}(?:\\.\\d{1,3})?)\\s*(MiB|GiB|GB)");

  private GpuText() {}

  /// The GPUs, numbered from 0 in the order of the text; none for an empty text.
  ///
  /// @throws UserError when it says something else
  public static List<Gpu> parse(String text) {
    List<Gpu> all = new ArrayList<>();
    if (text.isBlank()) {
      return all;
    }
    for (String part : text.split(",", -1)) {
      Matcher kind = KIND.matcher(part.strip());
      if (!kind.matches()) {
        throw new UserError(
            "cannot understand the GPUs '%s'".formatted(text),
            "'%s' is not COUNTx MODEL MEMORY".formatted(part.strip()),
            "write for example '4x RTX 5090 32607MiB', or several joined by commas");
      }
      int count = kind.group(1) == null ? 1 : Integer.parseInt(kind.group(1));
      if (count < 1 || all.size() + count > GPUS_MAX) {
        throw new UserError(
            "cannot understand the GPUs '%s'".formatted(text),
            "'%s' would make %d GPUs".formatted(part.strip(), all.size() + count),
            "use 1 to %d for a node".formatted(GPUS_MAX));
      }
      int vramMib = mib(Double.parseDouble(kind.group(3)), kind.group(4));
      for (int i = 0; i < count; i++) {
        all.add(new Gpu(all.size(), kind.group(2), vramMib));
      }
    }
    return all;
  }

  private static int mib(double amount, String unit) {
    return switch (unit) {
      case "GiB" -> (int) Math.round(amount * 1024);
      case "GB" -> (int) Math.round(amount * 1e9 / (1 << 20));
      default -> (int) Math.round(amount);
    };
  }
}
