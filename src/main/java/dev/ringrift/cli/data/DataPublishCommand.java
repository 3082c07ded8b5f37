package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.ProgressLine;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.core.UserError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift data publish`.
@Command(
    name = "publish",
    description = "Give a file of a node's machine a name in the cluster. It stays where it lies.")
public final class DataPublishCommand implements Runnable {
  private static final Duration POLL = Duration.ofMillis(300);

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "FILE", description = "A file on the node's machine.")
  private Path file = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "As in models/latest.pth; else the file's own name.")
  private @Nullable String as;

  @Option(
      names = "--node",
      paramLabel = "ID",
      description = "The node whose machine has the file; else the one that runs here.")
  private @Nullable String node;

  private final Shell shell;

  public DataPublishCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    String name = as == null ? String.valueOf(file.getFileName()) : as;
    try (ClusterClient client = cluster.open(shell)) {
      String holder = node == null ? hereNode(client) : node;
      Map<String, Object> content = take(client, holder, name);
      content.put("name", name);
      content.put("node", holder);
      JsonNode answer = client.post("/api/v1/data/publish", content);
      if (!json.print(shell, answer)) {
        shell.say(
            "published %s: %s, on %s of cluster %s"
                .formatted(
                    name,
                    Sizes.text(Facts.number(answer, "size_bytes")),
                    holder,
                    client.clusterName()));
        useful("everywhere", "pull " + name + " --to all");
        useful("who has it", "where " + name);
      }
    }
  }

  private void useful(String why, String command) {
    shell.say("  %-11s %s data %s%s".formatted(why, shell.program(), command, cluster.suffix()));
  }

  private static String hereNode(ClusterClient client) {
    String here = Facts.text(client.here("/health"), "node");
    if (here.isEmpty()) {
      throw new UserError(
          "it is not clear which node has the file",
          "no agent of the cluster answers on this machine",
          "name it with --node");
    }
    return here;
  }

  /// Has the node read the file, and waits until it knows what is in it.
  private Map<String, Object> take(ClusterClient client, String holder, String name) {
    Map<String, Object> wanted = new LinkedHashMap<>();
    wanted.put("node", holder);
    wanted.put("name", name);
    wanted.put("path", file.toAbsolutePath().normalize().toString());
    ProgressLine line = new ProgressLine(shell);
    while (true) {
      JsonNode state = client.post("/api/v1/data/take", wanted);
      if (!Facts.text(state, "id").isEmpty()) {
        line.clear();
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("id", Facts.text(state, "id"));
        content.put("size_bytes", Facts.number(state, "size_bytes"));
        content.put("sha256", Facts.text(state, "sha256"));
        return content;
      }
      line.show(
          "%s reads %s: %s of %s"
              .formatted(
                  holder,
                  file,
                  Sizes.text(Facts.number(state, "done_bytes")),
                  Sizes.text(Facts.number(state, "total_bytes"))));
      shell.pause().accept(POLL);
    }
  }
}
