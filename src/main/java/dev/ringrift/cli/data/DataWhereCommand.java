package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Table;
import dev.ringrift.core.Count;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift data where`.
@Command(name = "where", description = "Show which nodes have a file, or are fetching it.")
public final class DataWhereCommand implements Runnable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final int LOOKS = 12;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "NAME", description = "A published name.")
  private String name = "";

  private final Shell shell;

  public DataWhereCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode file = heard(client);
      if (json.print(shell, file)) {
        return;
      }
      long size = Facts.number(file, "size_bytes");
      long holders = Facts.howMany(file, "holders");
      shell.say("%s: %s, %s".formatted(name, Sizes.text(size), Count.of(holders, "holder")));
      Table table = new Table("NODE", "STATE", "HAS", "RATE", "TOOK FROM", "NOTE");
      for (JsonNode node : Names.nodes(file).values()) {
        table.row(1, cells(node));
      }
      table.print(shell);
      List<String> unheard = unheard(file);
      if (!unheard.isEmpty()) {
        shell.say("not heard by this leader, and may have it too: " + String.join(", ", unheard));
      }
    }
  }

  /// The answer of a leader that all nodes have told what they hold. A new one is told within a
  /// second; of nodes that are away it is told nothing, however long one waits.
  private JsonNode heard(ClusterClient client) {
    JsonNode file = Names.file(client, name);
    for (int i = 0; i < LOOKS && !unheard(file).isEmpty(); i++) {
      shell.pause().accept(LOOK_EVERY);
      file = Names.file(client, name);
    }
    return file;
  }

  private static List<String> unheard(JsonNode file) {
    return Facts.items(file, "unheard").stream().map(each -> each.asString("")).toList();
  }

  private static List<String> cells(JsonNode node) {
    long rate = Facts.number(node, "bytes_per_second");
    boolean fetching = Facts.text(node, "state").equals("fetching");
    return List.of(
        Facts.text(node, "node"),
        Facts.text(node, "state"),
        Sizes.text(Facts.number(node, "done_bytes")),
        fetching && rate > 0 ? Sizes.text(rate) + "/s" : "",
        Names.from(node),
        Facts.text(node, "reason"));
  }
}
