package dev.ringrift.cli;

import dev.ringrift.cli.bundle.BundleCommand;
import dev.ringrift.cli.bundle.TrainCommand;
import dev.ringrift.cli.data.DataDoctorCommand;
import dev.ringrift.cli.data.DataGetCommand;
import dev.ringrift.cli.data.DataListCommand;
import dev.ringrift.cli.data.DataPublishCommand;
import dev.ringrift.cli.data.DataPullCommand;
import dev.ringrift.cli.data.DataPushCommand;
import dev.ringrift.cli.data.DataRemoveCommand;
import dev.ringrift.cli.data.DataSyncCommand;
import dev.ringrift.cli.data.DataTidyCommand;
import dev.ringrift.cli.data.DataWhereCommand;
import dev.ringrift.cli.demo.DemoCommand;
import dev.ringrift.cli.node.AgentCommand;
import dev.ringrift.cli.trust.InitCommand;
import dev.ringrift.cli.trust.JoinCommand;
import dev.ringrift.cli.trust.JoinTokenCommand;
import dev.ringrift.cli.trust.NodeIssueCommand;
import dev.ringrift.cli.trust.NodeRequestCommand;
import dev.ringrift.cli.trust.OperatorReplaceCommand;
import dev.ringrift.cli.trust.RecoverCommand;
import dev.ringrift.cli.trust.TokenCreateCommand;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Scope;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// The tree of commands.
final class Commands {
  private static final Pattern OWN_COMMAND = Pattern.compile("(?<![\\w./-])ringrift (?=[a-z])");

  private Commands() {}

  /// Every command, ready to be executed; errors are printed as people read them.
  static CommandLine of(Shell shell) {
    CommandLine root = new CommandLine(new RootCommand(shell));
    root.addSubcommand(new HelpCommand(shell));
    root.addSubcommand(new DemoCommand(shell));
    root.addSubcommand(new AgentCommand(shell, VersionCommand.version()));
    root.addSubcommand(new InitCommand(shell));
    root.addSubcommand(new JoinCommand(shell));
    root.addSubcommand(new JoinTokenCommand(shell));
    CommandLine node = group("node", "Let machines into a cluster by hand.");
    node.addSubcommand(new NodeRequestCommand(shell));
    node.addSubcommand(new NodeIssueCommand(shell));
    root.addSubcommand("node", node);
    CommandLine operator = group("operator", "The operator's key.");
    operator.addSubcommand(new OperatorReplaceCommand(shell));
    root.addSubcommand("operator", operator);
    CommandLine token = group("token", "Tokens for the HTTP API.");
    token.addSubcommand(new TokenCreateCommand(shell));
    root.addSubcommand("token", token);
    root.addSubcommand(new StatusCommand(shell));
    root.addSubcommand(nodes(shell));
    root.addSubcommand(jobs(shell));
    root.addSubcommand(data(shell));
    root.addSubcommand(new EventsCommand(shell));
    root.addSubcommand(cluster(shell));
    root.addSubcommand(new RevokeCommand(shell));
    root.addSubcommand(new BundleCommand(shell, VersionCommand.version()));
    root.addSubcommand(new TrainCommand(shell));
    root.addSubcommand(new CompletionCommand(shell));
    root.addSubcommand(new VersionCommand(shell));
    root.addSubcommand(new ExitCodesCommand(shell));
    root.getCommandSpec()
        .usageMessage()
        .footer(
            "",
            "'%1$s help COMMAND' says more; '%1$s demo' starts a cluster to try."
                .formatted(shell.program()));
    return configured(root, shell);
  }

  private static CommandLine nodes(Shell shell) {
    CommandLine nodes = new CommandLine(new NodesCommand(shell));
    for (NodeActionCommand.Action action : NodeActionCommand.Action.values()) {
      nodes.addSubcommand(
          action.label(), described(new NodeActionCommand(shell, action), action.description()));
    }
    return nodes;
  }

  private static CommandLine jobs(Shell shell) {
    CommandLine jobs = group("jobs", "Submit jobs and see what becomes of them.");
    jobs.addSubcommand(new JobsSubmitCommand(shell));
    jobs.addSubcommand(new JobsListCommand(shell));
    jobs.addSubcommand(new JobsShowCommand(shell));
    jobs.addSubcommand(new JobsLogsCommand(shell));
    jobs.addSubcommand(new JobsWaitCommand(shell));
    for (JobsActionCommand.Action action : JobsActionCommand.Action.values()) {
      jobs.addSubcommand(
          action.label(), described(new JobsActionCommand(shell, action), action.description()));
    }
    jobs.addSubcommand(new JobsExplainCommand(shell));
    return jobs;
  }

  private static CommandLine data(Shell shell) {
    CommandLine data = group("data", "Publish files, and have nodes fetch them from each other.");
    data.addSubcommand(new DataPublishCommand(shell));
    data.addSubcommand(new DataPushCommand(shell));
    data.addSubcommand(new DataListCommand(shell));
    data.addSubcommand(new DataPullCommand(shell));
    data.addSubcommand(new DataWhereCommand(shell));
    data.addSubcommand(new DataRemoveCommand(shell));
    data.addSubcommand(new DataTidyCommand(shell));
    data.addSubcommand(new DataGetCommand(shell));
    data.addSubcommand(new DataSyncCommand(shell));
    data.addSubcommand(new DataDoctorCommand(shell));
    return data;
  }

  private static CommandLine cluster(Shell shell) {
    CommandLine cluster = group("cluster", "See and change who votes and who leads.");
    cluster.addSubcommand(new ClusterInfoCommand(shell));
    CommandLine voters =
        described(
            new ClusterVotersListCommand(shell), "Show the voters, or change them one at a time.");
    for (ClusterVotersCommand.Action action : ClusterVotersCommand.Action.values()) {
      voters.addSubcommand(
          action.label(), described(new ClusterVotersCommand(shell, action), action.description()));
    }
    cluster.addSubcommand("voters", voters);
    cluster.addSubcommand(new ClusterStepDownCommand(shell));
    cluster.addSubcommand(new RecoverCommand(shell));
    return cluster;
  }

  private static CommandLine group(String name, String description) {
    CommandLine group = described(new GroupCommand(), description);
    group.setCommandName(name);
    return group;
  }

  private static CommandLine described(Object command, String description) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec().usageMessage().description(description);
    return line;
  }

  private static CommandLine configured(CommandLine root, Shell shell) {
    root.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
    root.setColorScheme(CommandLine.Help.defaultColorScheme(shell.colours() ? Ansi.ON : Ansi.OFF));
    root.setUsageHelpAutoWidth(true);
    root.setAbbreviatedOptionsAllowed(false);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.registerConverter(NodeId.class, word -> converted(word, NodeId::new));
    root.registerConverter(Scope.class, word -> converted(word, Scope::parse));
    root.getSubcommands().values().forEach(Commands::withHelp);
    withHelp(root);
    root.setParameterExceptionHandler((error, words) -> wrongWords(shell, error));
    root.setExecutionExceptionHandler((error, line, result) -> failed(shell, error));
    return root;
  }

  /// What a wrong word says of itself, in place of the name of a class.
  private static <T> T converted(String word, Function<String, T> reading) {
    try {
      return reading.apply(word.strip());
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  /// `--help` on every command.
  private static void withHelp(CommandLine line) {
    if (line.getCommandSpec().findOption("--help") == null) {
      line.getCommandSpec()
          .addOption(
              CommandLine.Model.OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Say more.")
                  .build());
    }
    line.getSubcommands().values().forEach(Commands::withHelp);
  }

  private static int wrongWords(Shell shell, CommandLine.ParameterException error) {
    String command = error.getCommandLine().getCommandSpec().qualifiedName();
    shell.err().println(error.getMessage());
    String topic = command.replaceFirst("^ringrift ?", "");
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(
        error, new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))) {
      shell
          .err()
          .println(
              "  to mend: '%s --help' says what may be written".formatted(program(shell, topic)));
    }
    return ExitCode.BAD_INPUT;
  }

  private static String program(Shell shell, String topic) {
    return topic.isEmpty() ? shell.program() : shell.program() + " " + topic;
  }

  private static int failed(Shell shell, Exception error) {
    int exitCode = error instanceof CommandError known ? known.exitCode() : ExitCode.FAILED;
    print(shell, forPeople(shell, error));
    return exitCode;
  }

  private static UserError forPeople(Shell shell, Exception error) {
    return switch (error) {
      case CommandError known -> known.error();
      case UserError known -> known;
      default -> {
        if (Verbose.wanted(shell.environment())) {
          error.printStackTrace(shell.err());
        }
        yield new UserError(
            "this should not have happened: " + error,
            "it is a fault of this program",
            "set RINGRIFT_P2P_VERBOSE=1 to see where, and tell its developers");
      }
    };
  }

  /// Rooms below know the program by its name only; a person may have to type `./ringrift`.
  private static UserError pasteable(Shell shell, UserError error) {
    String mend =
        OWN_COMMAND
            .matcher(error.mend())
            .replaceAll(Matcher.quoteReplacement(shell.program()) + " ");
    return new UserError(error.what(), error.because(), mend);
  }

  private static void print(Shell shell, UserError error) {
    shell.out().flush();
    shell.err().println(pasteable(shell, error).text());
  }
}
