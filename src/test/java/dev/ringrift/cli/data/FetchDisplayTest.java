package dev.ringrift.cli.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.Source;
import dev.ringrift.cli.Shell;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FetchDisplayTest {
  private static final Fetch.Share GAVE = new Fetch.Share("gpu-1:8766", 3 << 20, 1, 2, 0, "");
  private static final Fetch.Share BAD =
      new Fetch.Share("gpu-2:8766", 0, 0, 0, 0, "it answers 404");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Half fetch = new Half();

  /// A fetch that is half done when it is looked at, and all done after that.
  private static final class Half implements Fetch {
    private final CompletableFuture<Result> result = new CompletableFuture<>();

    @Override
    public CompletableFuture<Result> result() {
      return result;
    }

    @Override
    public Progress progress() {
      result.complete(new Result(4 << 20, Duration.ofSeconds(2), "swarm", List.of(GAVE, BAD)));
      return new Progress(4 << 20, 2 << 20, 1 << 20, 3, List.of(GAVE, BAD));
    }

    @Override
    public void add(Source source) {}

    @Override
    public void cancel() {}
  }

  private Shell shell(boolean terminal) {
    return new Shell(
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        "ringrift",
        terminal,
        false,
        Map.of(),
        Path.of("."),
        () -> 0,
        pause -> {},
        cluster -> {
          throw new AssertionError("no cluster is needed");
        });
  }

  private void show(boolean terminal, boolean quiet) {
    FetchDisplay display = new FetchDisplay(shell(terminal), quiet);
    display.add("models/a.pth", fetch);
    display.until(fetch.result());
  }

  @Test
  void aTerminalShowsOneLineThatChangesAndOneThatStays() {
    show(true, false);
    assertThat(err.toString(UTF_8))
        .contains(
            "models/a.pth [##########..........] 2 MiB of 4 MiB, 1 MiB/s from 1 source,"
                + " 3 pieces left, 2 s left")
        .endsWith("\r\u001b[K");
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            "models/a.pth  4 MiB in 2 s, 2 MiB/s by swarm:"
                + " gpu-1:8766 3 MiB, gpu-2:8766 nothing (it answers 404)\n");
  }

  @Test
  void elsewhereItIsOneLineOnceItIsThere() {
    fetch.progress();
    show(false, false);
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(out.toString(UTF_8)).hasLineCount(1).startsWith("models/a.pth  4 MiB in 2 s");
  }

  @Test
  void programsAreToldNothingInBetween() {
    fetch.progress();
    show(true, true);
    assertThat(out.toString(UTF_8)).isEmpty();
  }
}
