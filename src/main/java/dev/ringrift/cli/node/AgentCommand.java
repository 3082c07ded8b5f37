package dev.ringrift.cli.node;

import dev.ringrift.cli.Shell;
import dev.ringrift.core.UserError;
import dev.ringrift.io.config.AgentConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ringrift agent`: runs this machine's node until it is told to stop.
@Command(name = "agent", description = "Run this machine's node, in the foreground.")
public final class AgentCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The node's data folder; else RINGRIFT_DATA_DIR, else ~/.ringrift.")
  private @Nullable Path dataDir;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of agent.yaml, for this run only.")
  private Map<String, String> settings = new HashMap<>();

  private final Shell shell;
  private final String version;

  public AgentCommand(Shell shell, String version) {
    this.shell = shell;
    this.version = version;
  }

  @Override
  public Integer call() throws Exception {
    Path path = dataDir == null ? shell.dataDir() : dataDir;
    NodeFolder folder = new NodeFolder(path);
    AgentConfig config = AgentConfig.read(folder.path(), shell.environment(), settings);
    AgentLog.open(folder.path(), config.verbose());
    AgentProcess agent = AgentProcess.start(config, folder, version);
    Thread stopper = Thread.ofPlatform().name("stop").unstarted(agent::close);
    Runtime.getRuntime().addShutdownHook(stopper);
    shell
        .out()
        .printf(
            "node %s runs: http://%s:%d (log: %s)%n",
            config.node(), config.bind(), config.port(), folder.log());
    Throwable reason = agent.death().get();
    throw new UserError(
        "the agent cannot go on", String.valueOf(reason), "its log says more: " + folder.log());
  }
}
