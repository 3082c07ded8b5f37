package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.ExitCode;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Spans;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift data pull`.
@Command(
    name = "pull",
    description = "Have nodes fetch a file from each other, and keep it up to date from now on.")
public final class DataPullCommand implements Callable<Integer> {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "NAME", description = "A published name.")
  private String name = "";

  @Option(
      names = "--to",
      split = ",",
      paramLabel = "NODES",
      description = "'all', or nodes' ids with commas between.")
  private List<String> to = new ArrayList<>();

  @Option(
      names = "--copies",
      paramLabel = "N",
      description = "Have it on at least so many nodes, whichever.")
  private @Nullable Integer copies;

  @Option(names = "--no-wait", description = "Return at once; the nodes go on.")
  private boolean noWait;

  @Option(
      names = "--stall",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description = "Give up waiting after so long without progress (60).")
  private int stallSeconds = 60;

  private final Shell shell;

  public DataPullCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (ClusterClient client = cluster.open(shell)) {
      long began = shell.wallMillis().getAsLong();
      Spreading spreading = Spreading.begin(shell, client, name, to, copies == null ? 0 : copies);
      if (noWait) {
        json.print(shell, spreading.answer());
        return ExitCode.OK;
      }
      JsonNode file = spreading.await(stallSeconds);
      boolean all = spreading.everywhere(file);
      if (!json.print(shell, file)) {
        spreading.tell(file);
        if (all) {
          String took = Spans.text(shell.wallMillis().getAsLong() - began);
          shell.say("%s is on all of them after %s".formatted(name, took));
        } else {
          shell.say(
              "not all have it; the others go on as they can: %s data where %s%s"
                  .formatted(shell.program(), name, cluster.suffix()));
        }
      }
      return all ? ExitCode.OK : ExitCode.FAILED;
    }
  }
}
