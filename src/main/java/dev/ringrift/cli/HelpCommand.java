package dev.ringrift.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ringrift help jobs submit`, also for commands within groups.
@Command(name = "help", description = "Say more about a command, or about 'exit-codes'.")
final class HelpCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command's words.")
  private List<String> words = new ArrayList<>();

  private final Shell shell;

  HelpCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    CommandLine command = spec.root().commandLine();
    for (String word : words) {
      @Nullable CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(
            command,
            "there is no command '%s'; known are %s"
                .formatted(word, String.join(", ", command.getSubcommands().keySet())));
      }
      command = next;
    }
    command.usage(shell.out());
  }
}
