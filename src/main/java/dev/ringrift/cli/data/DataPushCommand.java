package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Upload;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift data push`.
@Command(
    name = "push",
    description = "Send a file of this machine, which need not run an agent, and publish it.")
public final class DataPushCommand implements Runnable {
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(paramLabel = "FILE", description = "A file of this machine, of at most 1 GiB.")
  private Path file = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "As in models/latest.pth; else the file's own name.")
  private @Nullable String as;

  private final Shell shell;

  public DataPushCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    String name = as == null ? String.valueOf(file.getFileName()) : as;
    try (ClusterClient client = cluster.open(shell)) {
      Map<String, Object> content = Upload.send(client, file, shell);
      content.put("name", name);
      JsonNode answer = client.post("/api/v1/data/publish", content);
      if (!json.print(shell, answer)) {
        shell.say(
            "published %s: %s, on a voter of cluster %s"
                .formatted(
                    name, Sizes.text(Facts.number(answer, "size_bytes")), client.clusterName()));
        shell.say(
            "  everywhere  %s data pull %s --to all%s"
                .formatted(shell.program(), name, cluster.suffix()));
      }
    }
  }
}
