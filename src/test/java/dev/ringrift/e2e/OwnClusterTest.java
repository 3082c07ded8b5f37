package dev.ringrift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/// A cluster of a person's own: born as one node, joined by others, and grown to three voters.
@Tag("e2e")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OwnClusterTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String[] NAMES = {"v1", "v2", "v3", "w1"};

  private static OwnCluster cluster;

  @BeforeAll
  static void up() throws Exception {
    cluster = new OwnCluster();
    int port = DemoLab.freePorts(NAMES.length);
    for (int i = 0; i < NAMES.length; i++) {
      cluster.node(NAMES[i], List.of(), "127.0.0.1", port + i);
    }
    cluster.init("v1");
    cluster.agent("v1", "slots=0");
    assertThat(cluster.awaitLeader("v1")).isEqualTo("v1");
  }

  @AfterAll
  static void down() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Program.Run cli(String... words) throws Exception {
    return cluster.program().run(words);
  }

  private static String joinToken() throws Exception {
    String line = cli("join-token").ok();
    assertThat(line).startsWith("ringrift join ");
    return line.substring("ringrift join ".length());
  }

  @Test
  @Order(1)
  void workerJoinsByTheLineThatIsPasted() throws Exception {
    String dir = cluster.folder("w1").toString();
    cli("join", joinToken(), "--node-id", "w1", "--data-dir", dir).ok();
    cluster.agent("w1", "slots=2", "port=" + cluster.port("w1"));
    cluster.awaitUp("v1", 1, "v1", "w1");
    cli("jobs", "submit", "--", "sh", "-c", "echo on $RINGRIFT_NODE").ok();
    cli("jobs", "wait", "last", "--timeout", "60s").ok();
    assertThat(cli("jobs", "logs", "last").ok()).isEqualTo("on w1");
  }

  @Test
  @Order(2)
  void votersAreAddedOneByOne() throws Exception {
    cluster.issue("v2", "v1", "v1");
    cluster.agent("v2", "slots=0");
    cluster.awaitUp("v1", 1, "v1", "v2", "w1");
    cli("cluster", "voters", "add", "v2").ok();
    cluster.awaitUp("v1", 2, "v1", "v2", "w1");

    cluster.issue("v3", "v1", "v1");
    cluster.agent("v3", "slots=0");
    cluster.awaitUp("v1", 2, "v1", "v2", "v3", "w1");
    cli("cluster", "voters", "add", "v3").ok();
    cluster.awaitUp("v1", 3, NAMES);
    assertThat(voters()).containsExactly("v1", "v2", "v3");
    assertThat(cli("jobs", "logs", "last", "--cluster", cluster.address("v3")).ok())
        .isEqualTo("on w1");
  }

  private static List<String> voters() throws Exception {
    JsonNode facts = cluster.get("v1", "/api/v1/cluster");
    return facts.path("voters").valueStream().map(JsonNode::asString).toList();
  }

  @Test
  @Order(3)
  void wipedVoterVotesAgainOnlyAfterItIsRemovedAndAdded() throws Exception {
    Program.kill9(cluster.pid("v3"));
    Program.deleteAll(cluster.folder("v3").resolve("ledger"));
    Program.Started agent = cluster.agent("v3", "slots=0");
    Eventually.holds(
        SOON,
        () ->
            assertThat(cluster.get("v1", "/cluster/status").path("quorum").path("alive").asInt())
                .isEqualTo(2));
    cluster.awaitUp("v1", 2, NAMES);
    assertThat(agent.process().isAlive()).as(agent.said()).isTrue();
    assertThat(cluster.ask("v3", "/health").statusCode()).isEqualTo(503);

    cli("cluster", "voters", "remove", "v3").ok();
    cli("cluster", "voters", "add", "v3").ok();
    cluster.awaitUp("v1", 3, NAMES);
  }

  @Test
  @Order(4)
  void voterIsRemoved() throws Exception {
    cli("cluster", "voters", "remove", "v2").ok();
    cluster.awaitUp("v1", 2, NAMES);
    assertThat(voters()).containsExactly("v1", "v3");
    cli("jobs", "submit", "--", "true").ok();
    cli("jobs", "wait", "last", "--timeout", "60s").ok();
  }

  @Test
  @Order(5)
  void secondAgentOfAFolderIsRefused() throws Exception {
    Program.Started second = cluster.agent("v1", "port=1");
    Eventually.holds(SOON, () -> assertThat(second.process().isAlive()).isFalse());
    assertThat(second.said())
        .contains("an agent already runs")
        .contains("process " + cluster.pid("v1"));
  }

  @Test
  @Order(6)
  void holderOfATakenPortIsNamed() throws Exception {
    String dir = cluster.folder("w2").toString();
    cli("join", joinToken(), "--node-id", "w2", "--data-dir", dir).ok();
    Program.Run run = cli("agent", "--data-dir", dir, "--set", "port=" + cluster.port("w1"));
    assertThat(run.failed(1))
        .contains("cannot listen")
        .contains("process " + cluster.pid("w1"))
        .contains("kill " + cluster.pid("w1"));
  }

  @Test
  @Order(7)
  void folderOfAnotherClusterIsRefused() throws Exception {
    try (Program other = Program.fresh()) {
      other.run("init", "--name", "other", "--node-id", "x1").ok();
      Program.Run run =
          cli("join", joinToken(), "--node-id", "x1", "--data-dir", other.dir().toString());
      assertThat(run.exitCode()).as(run.err()).isNotZero();
      assertThat(run.err()).contains("other").contains("to mend");
    }
  }
}
