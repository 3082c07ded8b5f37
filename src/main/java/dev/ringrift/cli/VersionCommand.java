package dev.ringrift.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ringrift version`.
@Command(name = "version", description = "Print the version of this program.")
final class VersionCommand implements Runnable {
  @Mixin private final JsonOption json = new JsonOption();

  private final Shell shell;

  VersionCommand(Shell shell) {
    this.shell = shell;
  }

  /// The version of this build.
  static String version() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }

  @Override
  public void run() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("version", version());
    facts.put("java", Runtime.version().toString());
    if (!json.print(shell, facts)) {
      shell.say("ringrift %s (Java %s)".formatted(version(), Runtime.version()));
    }
  }
}
