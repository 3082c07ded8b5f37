package dev.ringrift.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ringrift completion`.
@Command(
    name = "completion",
    description = "Print a completion script: source <(ringrift completion), in bash or zsh.")
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Shell shell;

  CompletionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    shell.out().print(AutoComplete.bash("ringrift", spec.root().commandLine()));
  }
}
