package dev.ringrift.cli;

import dev.ringrift.io.config.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// What surrounds a command: where it prints, what it may ask, and how it reaches a cluster.
///
/// @param program what a person types to run a command, for lines to copy
/// @param terminal whether a person watches, so that lines may be overwritten
/// @param colours whether colours may be used
/// @param wallMillis the time, milliseconds since 1970
/// @param pause waits
/// @param connect opens a client for a cluster
public record Shell(
    PrintStream out,
    PrintStream err,
    String program,
    boolean terminal,
    boolean colours,
    Map<String, String> environment,
    Path dataDir,
    LongSupplier wallMillis,
    Consumer<Duration> pause,
    Function<Settings.Cluster, ClusterClient> connect) {

  /// Opens the cluster that a command means.
  ///
  /// @param flag what `--cluster` says
  public ClusterClient open(Optional<String> flag) {
    return connect.apply(
        CommandError.badInput(() -> Settings.read(dataDir).choose(flag, environment)));
  }

  /// Prints one line.
  public void say(String line) {
    out.println(line);
  }

  /// Whether nobody reads any more, for example after `| head`.
  public boolean outputClosed() {
    return out.checkError();
  }

  /// The text in that style where colours may be used.
  public String paint(Style style, String text) {
    return colours && style != Style.PLAIN ? style.begin() + text + "\u001b[0m" : text;
  }
}
