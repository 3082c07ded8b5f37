package dev.ringrift.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentLaunchTest {
  @TempDir Path dir;

  @Test
  void anAgentWithAVeryLongCommandLineIsFound() throws IOException, InterruptedException {
    String classPath = "/lib/some.jar:".repeat(2_000);
    Process process =
        new ProcessBuilder("sh", "-c", "read line", classPath, "--data-dir", dir.toString())
            .start();
    try {
      Files.writeString(dir.resolve("agent.pid"), process.pid() + "\n");
      assertThat(AgentLaunch.running(dir)).contains(process.toHandle());
      Path other = Files.createDirectory(dir.resolve("other"));
      Files.writeString(other.resolve("agent.pid"), process.pid() + "\n");
      assertThat(AgentLaunch.running(other)).isEmpty();
    } finally {
      process.getOutputStream().close();
      process.waitFor();
    }
    assertThat(AgentLaunch.running(dir)).isEmpty();
  }

  @Test
  void whereNoneEverRanThereIsNone() {
    assertThat(AgentLaunch.running(dir)).isEmpty();
  }
}
