package dev.ringrift.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ringrift` itself: prints what there is.
@Command(
    name = "ringrift",
    synopsisSubcommandLabel = "COMMAND",
    description = "Turns rented GPU boxes and a few machines of your own into one cluster.")
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Shell shell;

  RootCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    spec.commandLine().usage(shell.out());
  }
}
