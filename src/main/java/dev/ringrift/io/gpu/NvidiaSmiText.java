package dev.ringrift.io.gpu;

import dev.ringrift.agent.Figures.GpuFigures;
import dev.ringrift.core.jobs.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads what `nvidia-smi --query-gpu=… --format=csv,noheader,nounits` prints. A value that the
/// driver does not have is a word in brackets: `[N/A]`, `[Not Supported]`, `[Unknown Error]`,
/// `[GPU requires reset]`, `[Insufficient Permissions]`. What is wrong as a whole is a
/// sentence, on stdout, with an exit code: 6 no device, 9 no driver, 15 a GPU fell off the bus
/// (nvidia-smi(1), "RETURN VALUE").
final class NvidiaSmiText {
  /// The columns, in the order that `parse` wants.
  static final String QUERY = "index,name,memory.total,memory.used,utilization.gpu,temperature.gpu";

  private static final int COLUMNS = 6;
  private static final Pattern INDEX = Pattern.compile("\\d{1,4}");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,8}(\\.\\d{1,6})?");
  private static final String NO_DEVICES = "No devices were found";

  private NvidiaSmiText() {}

  static GpuReading parse(String output, int exitCode) {
    List<Gpu> gpus = new ArrayList<>();
    List<GpuFigures> figures = new ArrayList<>();
    List<String> sentences = new ArrayList<>();
    for (String line : output.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      String[] cells = line.split(",", -1);
      // A name may hold a comma; the numbers around it may not.
      int last = cells.length - 1;
      if (cells.length < COLUMNS || !INDEX.matcher(cells[0].strip()).matches()) {
        sentences.add(line);
        continue;
      }
      int index = Integer.parseInt(cells[0].strip());
      String name =
          String.join(",", List.of(cells).subList(1, cells.length - (COLUMNS - 2))).strip();
      double total = number(cells[last - 3]);
      double used = number(cells[last - 2]);
      double load = number(cells[last - 1]);
      gpus.add(new Gpu(index, name, (int) Math.max(total, 0)));
      figures.add(
          new GpuFigures(index, load < 0 ? -1 : load / 100, (int) used, (int) number(cells[last])));
      if (line.contains("[GPU requires reset]")) {
        sentences.add("GPU %d requires a reset".formatted(index));
      }
    }
    if (gpus.isEmpty() && sentences.stream().anyMatch(s -> s.startsWith(NO_DEVICES))) {
      return GpuReading.NONE;
    }
    return new GpuReading(gpus, figures, true, problem(gpus, sentences, exitCode));
  }

  private static String problem(List<Gpu> gpus, List<String> sentences, int exitCode) {
    if (!sentences.isEmpty()) {
      return "nvidia-smi says: " + String.join(" ", sentences);
    }
    if (exitCode != 0) {
      return "nvidia-smi ended with exit code " + exitCode;
    }
    return gpus.isEmpty() ? "nvidia-smi says nothing" : "";
  }

  /// A number, or -1 for a word in its place.
  private static double number(String cell) {
    String text = cell.strip();
    return NUMBER.matcher(text).matches() ? Double.parseDouble(text) : -1;
  }
}
