package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift data rm`.
@Command(
    name = "rm",
    description = "Take names away, with the nodes' copies. A file that was published stays.")
public final class DataRemoveCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(arity = "1..*", paramLabel = "NAME", description = "Published names.")
  private List<String> names = new ArrayList<>();

  private final Shell shell;

  public DataRemoveCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      List<JsonNode> answers = new ArrayList<>();
      try {
        for (String name : names) {
          answers.add(client.post("/api/v1/data/unpublish", Map.of("name", name)));
          if (!json.wanted()) {
            shell.say(
                "cluster %s: %s is no longer published".formatted(client.clusterName(), name));
          }
        }
      } finally {
        json.print(shell, answers); // also of those that came before one that was refused
      }
    }
  }
}
