package dev.ringrift.io.keeper;

import dev.ringrift.core.NodeId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts the keeper's process, in a session of its own: what ends the agent, its terminal or
/// its process group does not reach it.
final class KeeperProcess {
  private KeeperProcess() {}

  static Process start(KeeperHome home, NodeId node, KeeperSettings settings) throws IOException {
    List<String> words = new ArrayList<>();
    words.add("setsid");
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "-Xmx48m",
            "-Xmn4m",
            "-Xss256k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:+UseCompactObjectHeaders",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "-Djdk.serialFilter=!*"));
    words.addAll(settings.options());
    words.add("-cp");
    words.add(classPath());
    words.add(KeeperMain.class.getName());
    words.add(home.data().toString());
    words.add(node.value());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(home.data().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log().toFile()));
    // Options meant for the agent's own process must not double the keeper's memory.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return builder.start();
  }

  /// The processes that keep a data folder, by their command lines: one, or two while one follows
  /// the other.
  static List<Long> running(KeeperHome home) {
    return ProcessTable.with(List.of(KeeperMain.class.getName(), home.data().toString()));
  }

  /// The agent's own, made absolute: the keeper's current folder is another.
  private static String classPath() {
    List<String> parts = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      parts.add(Path.of(part).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, parts);
  }
}
