package dev.ringrift.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// A shell for what needs no cluster.
final class ShellForHelp {
  Shell shell() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Shell(
        nowhere,
        nowhere,
        "ringrift",
        false,
        false,
        Map.of(),
        Path.of("."),
        () -> 0,
        pause -> {},
        cluster -> new FakeCluster());
  }
}
