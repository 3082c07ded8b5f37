package dev.ringrift.cli;

import dev.ringrift.io.json.Json;
import picocli.CommandLine.Option;

/// `--json`, on every command that prints facts.
public final class JsonOption {
  @Option(names = "--json", description = "Print JSON for programs.")
  private boolean wanted;

  public boolean wanted() {
    return wanted;
  }

  /// Prints `facts` as JSON and says so, or does nothing where a person reads.
  public boolean print(Shell shell, Object facts) {
    if (wanted) {
      shell.say(Json.pretty(facts));
    }
    return wanted;
  }
}
