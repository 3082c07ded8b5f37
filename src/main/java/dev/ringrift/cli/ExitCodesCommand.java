package dev.ringrift.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ringrift help exit-codes`: a topic, not an action.
@Command(
    name = "exit-codes",
    description = "What the exit status of a command says.",
    footer = {
      "",
      "    0  done",
      "    1  it did not come out as wanted: a job failed, an agent could not start",
      "    2  the command line or a file is wrong, or the cluster refused; nothing was done",
      "    3  no agent of the cluster answered, or it has no leader",
      "    4  there is no such job, node or cluster",
      "  130  ended by Ctrl-C; what was submitted goes on"
    },
    customSynopsis = "The exit codes of ringrift")
final class ExitCodesCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Shell shell;

  ExitCodesCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    spec.commandLine().usage(shell.out());
  }
}
