package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Table;
import dev.ringrift.core.Count;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `ringrift data gc`.
@Command(
    name = "gc",
    description = "Remove copies that no name means any more: of old versions and removed names.")
public final class DataTidyCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Option(names = "--dry-run", description = "Only say what would go.")
  private boolean dryRun;

  private final Shell shell;

  public DataTidyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      JsonNode gone = client.post("/api/v1/data/gc", Map.of("dry_run", dryRun));
      if (json.print(shell, gone)) {
        return;
      }
      List<JsonNode> copies = Facts.items(gone);
      long bytes = copies.stream().mapToLong(copy -> Facts.number(copy, "size_bytes")).sum();
      Table table = new Table("NODE", "SIZE", "ID");
      for (JsonNode copy : copies) {
        table.row(
            -1,
            List.of(
                Facts.text(copy, "node"),
                Sizes.text(Facts.number(copy, "size_bytes")),
                Facts.text(copy, "id")));
      }
      if (!copies.isEmpty()) {
        table.print(shell);
      }
      shell.say(
          "%s, %s%s"
              .formatted(
                  Count.of(copies.size(), "file"), Sizes.text(bytes), dryRun ? " would go" : ""));
    }
  }
}
