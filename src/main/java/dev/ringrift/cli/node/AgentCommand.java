package dev.ringrift.cli.node;

import dev.ringrift.cli.Shell;
import dev.ringrift.core.UserError;
import dev.ringrift.io.config.AgentConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ringrift agent`: runs this machine's node until it is told to stop.
@Command(name = "agent", description = "Run this machine's node, in the foreground.")
public final class AgentCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

  @Mixin private final DataDirOption dataDir = new DataDirOption();

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
    NodeFolder folder = dataDir.folder(shell);
    AgentConfig config = AgentConfig.read(folder.path(), shell.environment(), settings);
    AgentLog.open(folder.path(), config.verbose());
    for (String variable : AgentConfig.unknownVariables(shell.environment())) {
      String what = "%s is set, but is no setting of ringrift: it is not used".formatted(variable);
      LOG.warn("{}", what);
      shell.err().println("warning: " + what);
    }
    AgentProcess agent = AgentProcess.start(config, folder, version);
    Thread stopper = Thread.ofPlatform().name("stop").unstarted(agent::close);
    Runtime.getRuntime().addShutdownHook(stopper);
    shell
        .out()
        .printf(
            "node %s runs: http://%s:%d (log: %s)%n",
            config.node(), config.bind(), config.port(), folder.log());
    Throwable reason = agent.death().get();
    if (reason instanceof UserError known) {
      throw known;
    }
    throw new UserError(
        "the agent cannot go on", String.valueOf(reason), "its log says more: " + folder.log());
  }
}
