package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.io.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
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
    startW1();
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

  private static void startW1() throws Exception {
    cluster.agent("w1", "slots=2", "port=" + cluster.port("w1"));
    cluster.awaitUp("v1", 1, "v1", "w1");
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
    Eventually.holds(
        SOON,
        () -> {
          assertThat(cluster.ask("v3", "/health").statusCode()).isEqualTo(503);
          assertThat(cluster.ask("v3", "/health").body())
              .asString()
              .contains("voter v3 waits to be added")
              .contains("ringrift cluster voters remove v3");
        });

    cli("cluster", "voters", "remove", "v3").ok();
    cli("cluster", "voters", "add", "v3").ok();
    cluster.awaitUp("v1", 3, NAMES);
    Eventually.holds(
        SOON, () -> assertThat(cluster.ask("v3", "/health").statusCode()).isEqualTo(200));
  }

  @Test
  @Order(4)
  void voterIsRemovedAndAddedAgainWhileItRuns() throws Exception {
    cli("cluster", "voters", "remove", "v2").ok();
    cluster.awaitUp("v1", 2, NAMES);
    assertThat(voters()).containsExactly("v1", "v3");
    cli("jobs", "submit", "--", "true").ok();
    cli("jobs", "wait", "last", "--timeout", "60s").ok();

    cli("cluster", "voters", "add", "v2").ok();
    cluster.awaitUp("v1", 3, NAMES);
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
  void secondAgentWithTheSameIdIsRefusedAndTheFirstIsUndisturbed() throws Exception {
    long first = cluster.pid("w1");
    Path gate = cluster.program().dir().resolve("go");
    String work = "until [ -e %s ]; do sleep 0.1; done; echo on $RINGRIFT_NODE".formatted(gate);
    cli("jobs", "submit", "--", "sh", "-c", work).ok();
    Program.copyAll(cluster.folder("w1"), cluster.folder("copy"));
    Files.delete(cluster.folder("copy").resolve("agent.pid"));
    cluster.node("copy", List.of(), "127.0.0.1", DemoLab.freePorts(1));
    Program.Started copy = cluster.agent("copy", "slots=2", "port=" + cluster.port("copy"));
    Eventually.holds(
        SOON,
        () ->
            assertThat(new String(cluster.ask("copy", "/health").body(), UTF_8))
                .contains("another agent is here as node w1 already")
                .contains("stop one of them"));
    Eventually.holds(
        SOON,
        () -> {
          JsonNode node = cluster.get("v1", "/api/v1/nodes/w1");
          assertThat(node.path("state").asString()).as("%s", node).isEqualTo("up");
          assertThat(node.path("pid").asLong()).isEqualTo(first);
        });
    Files.createFile(gate);
    cli("jobs", "wait", "last", "--timeout", "60s").ok();
    JsonNode shown = Json.tree(cli("jobs", "show", "last", "--json").ok().getBytes(UTF_8));
    assertThat(shown.path(0).path("tasks").path(0).path("attempts")).hasSize(1);
    copy.process().destroyForcibly().waitFor();
  }

  @Test
  @Order(8)
  void workerJoinsAndWorksThroughAFrontThatEndsTls() throws Exception {
    int port = DemoLab.freePorts(1);
    try (TlsFront front =
        TlsFront.start(cluster.program().dir().resolve("front"), port, cluster.port("v1"))) {
      String address = "wss://localhost:" + port;
      String line = cli("join-token", "--address", address).ok();
      String token = line.substring(line.lastIndexOf(' ') + 1);
      String dir = cluster.folder("w3").toString();
      cli("join", token, "--node-id", "w3", "--data-dir", dir).ok();
      assertThat(front.handedOn()).contains("GET /link HTTP/1.1\" 101");
      cluster.node("w3", List.of(), "127.0.0.1", DemoLab.freePorts(1));
      cluster.agent("w3", "slots=1", "port=" + cluster.port("w3"));
      Eventually.holds(
          SOON,
          () ->
              assertThat(cluster.get("v1", "/api/v1/nodes/w3").path("state").asString())
                  .isEqualTo("up"));
    }
  }

  @Test
  @Order(9)
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
