package dev.ringrift.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// What the measurements of data share: a folder, files of random bytes, and lines of results.
/// Results go to standard output with `data: ` in front, where `bench/data` finds them.
final class BenchGround implements AutoCloseable {
  private static final int BLOCK_BYTES = 1 << 20;

  private final Path folder;

  BenchGround() throws IOException {
    String where = System.getProperty("bench.dir", "");
    Path parent = Path.of(where.isEmpty() ? System.getProperty("java.io.tmpdir") : where);
    folder = Files.createTempDirectory(parent, "ringrift-bench");
    say("files in %s (%s)".formatted(parent, Files.getFileStore(parent).type()));
  }

  Path folder() {
    return folder;
  }

  /// A file of so many millions of random bytes.
  Path file(String name, int megabytes) throws IOException {
    Path file = folder.resolve(name);
    fill(file, megabytes);
    return file;
  }

  /// Writes so many millions of random bytes.
  static void fill(Path file, int megabytes) throws IOException {
    SplittableRandom random = new SplittableRandom();
    byte[] block = new byte[BLOCK_BYTES];
    long left = megabytes * 1_000_000L;
    try (OutputStream out = Files.newOutputStream(file)) {
      while (left > 0) {
        random.nextBytes(block);
        int count = (int) Math.min(left, block.length);
        out.write(block, 0, count);
        left -= count;
      }
    }
  }

  static void say(String line) {
    System.out.println("data: " + line);
  }

  /// `what` of several rounds: the middle, and all of them.
  static String all(String what, List<Timed> rounds) {
    return "%s %.2f s (%s)"
        .formatted(
            what,
            Timed.medianSeconds(rounds),
            rounds.stream()
                .map(each -> String.format(Locale.ROOT, "%.2f", each.seconds()))
                .collect(Collectors.joining(" ")));
  }

  static String verdict(double ratio, double wanted, boolean least) {
    boolean holds = least ? ratio >= wanted : ratio <= wanted;
    return "%.3f (%s %.2f): %s"
        .formatted(ratio, least ? "at least" : "at most", wanted, holds ? "holds" : "FALLS SHORT");
  }

  /// A program that `PATH` or the folders of system programs have.
  static String program(String name) throws IOException {
    List<String> places = new ArrayList<>(List.of(System.getenv("PATH").split(":", -1)));
    places.addAll(List.of("/usr/sbin", "/sbin"));
    return places.stream()
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IOException("there is no " + name + " here"))
        .toString();
  }

  @Override
  public void close() throws IOException {
    Program.deleteAll(folder);
  }
}
