package dev.ringrift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.io.data.TestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A worker that reaches its voter through a SOCKS5 proxy only: its host has no other route, and
/// the voter's name is known to the proxy's host only.
@Tag("lab")
class ProxyTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final byte[] MODEL = TestFiles.random(9_000_000, 1);
  private static final String PROXY = "socks5://10.78.0.1:1080";

  @Test
  void workerJoinsAndWorksThroughTheProxy() throws Exception {
    try (Namespaces hosts = Namespaces.make();
        OwnCluster cluster = new OwnCluster()) {
      hosts.host("v1", "10.77.0.1");
      hosts.host("proxy", "10.77.0.2");
      hosts.behind("w1", "10.78.0.2", "proxy", "10.78.0.1");
      hosts.knows("proxy", "voter.lab.internal", "10.77.0.1");
      cluster.node("v1", hosts.words("v1"), "10.77.0.1", 8770);
      cluster.node("w1", hosts.words("w1"), "10.78.0.2", 8770);
      cluster.init("v1");
      cluster.agent("v1", "slots=0");
      cluster.awaitLeader("v1");
      String line =
          cluster.on("v1", "join-token", "--address", "ws://voter.lab.internal:8770").ok();
      String token = line.substring(line.lastIndexOf(' ') + 1);
      Program worker =
          cluster.program().within(hosts.words("w1")).with("RINGRIFT_SOCKS_PROXY", PROXY);
      String[] join = {
        "join", token, "--node-id", "w1", "--data-dir", cluster.folder("w1").toString()
      };

      Program.Run without = worker.run(join);
      assertThat(without.exitCode()).isNotZero();
      assertThat(without.err()).contains("proxy").contains(PROXY);

      Process microsocks = microsocks(hosts);
      try {
        worker.run(join).ok();
        cluster.agent(worker, "w1", "slots=1");
        cluster.awaitUp("v1", 1, "v1", "w1");
        cluster.on("v1", "jobs", "submit", "--", "sh", "-c", "echo on $RINGRIFT_NODE").ok();
        cluster.on("v1", "jobs", "wait", "last", "--timeout", "60s").ok();
        assertThat(cluster.on("v1", "jobs", "logs", "last").ok()).isEqualTo("on w1");
        Path model = Files.write(cluster.program().dir().resolve("model"), MODEL);
        cluster.on("v1", "data", "publish", model.toString(), "--as", "m").ok();
        cluster.on("v1", "data", "pull", "m", "--to", "w1").ok();
        assertThat(cluster.folder("w1").resolve("data/m")).hasBinaryContent(MODEL);

        microsocks.destroyForcibly().waitFor();
        Eventually.holds(
            SOON,
            () ->
                assertThat(cluster.get("v1", "/api/v1/nodes/w1").path("state").asString())
                    .isNotEqualTo("up"));
        microsocks = microsocks(hosts);
        cluster.awaitUp("v1", 1, "v1", "w1");
      } finally {
        microsocks.destroyForcibly().waitFor();
      }
    }
  }

  private static Process microsocks(Namespaces hosts) throws Exception {
    List<String> words = new ArrayList<>(hosts.words("proxy"));
    words.addAll(List.of("microsocks", "-i", "10.78.0.1", "-p", "1080"));
    return new ProcessBuilder(words)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
