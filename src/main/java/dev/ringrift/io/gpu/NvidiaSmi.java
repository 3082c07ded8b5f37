package dev.ringrift.io.gpu;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks the `nvidia-smi` program about the GPUs. A hung one (a known way of the driver to fail)
/// is killed and, where even that does not end it, left alone: no second one is started beside
/// it. Not thread-safe.
public final class NvidiaSmi {
  /// Most of what is read of its output.
  static final int OUTPUT_BYTES_MAX = 64 << 10;

  private final String program;
  private final Duration deadline;
  private @Nullable Process hung;

  /// @param program its name, looked up on the PATH, or its path
  /// @param deadline for one answer
  public NvidiaSmi(String program, Duration deadline) {
    this.program = program;
    this.deadline = deadline;
  }

  /// With the usual name, and 10 s: the driver takes seconds to wake up without persistence
  /// mode.
  public static NvidiaSmi usual() {
    return new NvidiaSmi("nvidia-smi", Duration.ofSeconds(10));
  }

  /// Blocks until it answers or the deadline has passed.
  public GpuReading read() throws InterruptedException {
    if (hung != null && hung.isAlive()) {
      return GpuReading.broken("nvidia-smi hangs and cannot be killed: the driver needs a reboot");
    }
    Optional<Path> found = find();
    if (found.isEmpty()) {
      return GpuReading.NONE;
    }
    try {
      return ask(found.get());
    } catch (IOException e) {
      return GpuReading.broken("nvidia-smi cannot be started: " + e.getMessage());
    }
  }

  private GpuReading ask(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                file.toString(),
                "--query-gpu=" + NvidiaSmiText.QUERY,
                "--format=csv,noheader,nounits")
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .start();
    // Whoever reads a pipe waits for its end; so this thread does not.
    CompletableFuture<String> output = new CompletableFuture<>();
    Thread.ofVirtual().name("nvidia-smi").start(() -> drain(process, output));
    long end = System.nanoTime() + deadline.toNanos();
    try {
      String text = output.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (process.waitFor(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        return NvidiaSmiText.parse(text, process.exitValue());
      }
    } catch (TimeoutException e) {
      // said below
    } catch (ExecutionException e) {
      process.destroyForcibly();
      return GpuReading.broken("nvidia-smi cannot be read: " + e.getCause());
    }
    process.destroyForcibly();
    hung = process;
    return GpuReading.broken(
        "nvidia-smi did not answer within %d ms".formatted(deadline.toMillis()));
  }

  private static void drain(Process process, CompletableFuture<String> output) {
    try (InputStream in = process.getInputStream()) {
      output.complete(new String(in.readNBytes(OUTPUT_BYTES_MAX), StandardCharsets.UTF_8));
    } catch (IOException e) {
      output.completeExceptionally(e);
    }
  }

  private Optional<Path> find() {
    if (program.indexOf('/') >= 0) {
      return Optional.of(Path.of(program)).filter(Files::isExecutable);
    }
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    return List.of(path.split(":", -1)).stream()
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
