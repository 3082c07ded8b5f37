package dev.ringrift.cli.node;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which build of the program runs: its version, and when its archive was made, since builds from
/// changing sources share a version.
final class Build {
  private Build() {}

  static String of(String version) {
    // Classes from the bundle's cache do not say where they came from.
    Path code = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)[0]);
    try {
      return Files.isRegularFile(code)
          ? "%s-%d".formatted(version, Files.getLastModifiedTime(code).toMillis() / 1_000)
          : version;
    } catch (IOException e) {
      throw new UncheckedIOException("the program's archive cannot be looked at", e);
    }
  }
}
