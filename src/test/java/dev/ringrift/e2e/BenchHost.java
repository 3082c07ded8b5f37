package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A `BenchNode` that runs on a host of a lab, or on this machine.
final class BenchHost implements AutoCloseable {
  private final Process process;
  private final PrintWriter out;
  private final BufferedReader in;
  private final String base;

  private BenchHost(Process process, String host) throws IOException {
    this.process = process;
    this.out = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8), true);
    this.in = process.inputReader(UTF_8);
    this.base = "http://%s:%s".formatted(host, answer().split(" ", -1)[1]);
  }

  /// @param within the words that run a program on its host
  /// @param folder its own
  static BenchHost start(List<String> within, Path folder, String address) throws Exception {
    Files.createDirectories(folder);
    List<String> words = new ArrayList<>(within);
    words.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-Xmx160m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            BenchNode.class.getName(),
            folder.toString(),
            address,
            "0"));
    return new BenchHost(
        new ProcessBuilder(words)
            .redirectError(ProcessBuilder.Redirect.to(folder.resolve("err").toFile()))
            .start(),
        address);
  }

  /// Where its data server is.
  String base() {
    return base;
  }

  /// Has it do something, and waits for the end of that.
  ///
  /// @return what it said after `ok`
  String ask(String... words) throws IOException {
    out.println(String.join(" ", words));
    return answer().substring(2).strip();
  }

  /// The same without waiting here.
  CompletableFuture<String> asked(String... words) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ask(words);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofPlatform().start(task));
  }

  private String answer() throws IOException {
    String line = in.readLine();
    if (line == null || !line.startsWith("ok")) {
      throw new IOException("the node said " + line);
    }
    return line;
  }

  /// What it has used of a processor since it began.
  double cpuSeconds() throws IOException {
    return Timed.cpuSeconds(process.toHandle());
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
