package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Spans;
import dev.ringrift.cli.Table;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/// `ringrift data ls`.
@Command(name = "ls", description = "List what is published.")
public final class DataListCommand implements Runnable {
  private static final int ID_CHARS = 12;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  private final Shell shell;

  public DataListCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode names = client.get("/api/v1/data", Map.of());
      if (json.print(shell, names)) {
        return;
      }
      List<JsonNode> rows = Facts.items(names);
      if (rows.isEmpty()) {
        shell.say("nothing is published in cluster " + client.clusterName());
        shell.say(
            "  publish a file  %s data publish FILE --as NAME%s"
                .formatted(shell.program(), cluster.suffix()));
        return;
      }
      Table table = new Table("NAME", "SIZE", "NODES", "PUBLISHED", "BY", "ID");
      rows.forEach(row -> table.row(-1, cells(row)));
      table.print(shell);
    }
  }

  private List<String> cells(JsonNode row) {
    String id = Facts.text(row, "id");
    return List.of(
        Facts.text(row, "name"),
        Sizes.text(Facts.number(row, "size_bytes")),
        Long.toString(Facts.howMany(row, "holders")),
        Spans.ago(Facts.millis(row, "published_at"), shell.wallMillis().getAsLong()),
        Facts.text(row, "publisher"),
        id.substring(0, Math.min(id.length(), ID_CHARS)));
  }
}
