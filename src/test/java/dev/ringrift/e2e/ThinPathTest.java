package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/// What a newcomer does first: the demo, a batch of jobs, and the leader's death meanwhile.
@Tag("e2e")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThinPathTest {
  private static final int TASKS = 200;

  private static DemoLab lab;

  @BeforeAll
  static void up() throws Exception {
    lab = DemoLab.start(3, 3);
  }

  @AfterAll
  static void down() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void sixNodesAreUpAndEachSaysSo() throws Exception {
    assertThat(lab.said()).contains("6 nodes").contains("quorum 3/3");
    // At once: who has just been told that the demo is up asks once, and believes the answer.
    for (String node : lab.nodes()) {
      assertThat(lab.get(node, "/health").path("status").asString()).as(node).isEqualTo("ok");
    }
    for (String node : lab.nodes()) {
      Eventually.holds(DemoLab.SOON, () -> assertThatItKnowsAll(node));
    }
    JsonNode listed = Json.tree(lab.cli("nodes", "--json").ok().getBytes(UTF_8));
    for (JsonNode node : listed) {
      assertThat(node.path("pid").asLong())
          .isEqualTo(lab.agent(node.path("id").asString()))
          .isPositive();
    }
  }

  private static void assertThatItKnowsAll(String node) throws Exception {
    String leader = lab.leader();
    JsonNode health = lab.get(node, "/health");
    assertThat(health.path("status").asString()).isEqualTo("ok");
    assertThat(health.path("node").asString()).isEqualTo(node);
    assertThat(health.path("leader").asString("")).isEqualTo(leader);

    JsonNode status = lab.get(node, "/cluster/status");
    assertThat(status.path("nodes")).hasSize(6);
    assertThat(status.path("quorum").path("alive").asInt()).isEqualTo(3);
    assertThat(status.path("leader").asString("")).isEqualTo(leader);
  }

  @Test
  @Order(2)
  void leaderDiesWhileJobsRunAndAllSucceedOnce() throws Exception {
    JobRecord record = new JobRecord(lab.program().dir().resolve("record"));
    long job =
        lab.submit(
            "--count",
            "" + TASKS,
            "--name",
            "hello",
            "--",
            "sh",
            "-c",
            record.script("echo $RINGRIFT_TASK; sleep 0.2"));
    Eventually.holds(DemoLab.SOON, () -> assertThat(record.starts(job)).hasSizeGreaterThan(10));
    String old = lab.leader();
    List<String> others = lab.voters().stream().filter(voter -> !voter.equals(old)).toList();
    lab.killAgent(old);
    long killed = System.nanoTime();
    String next =
        Eventually.get(
            Duration.ofSeconds(10),
            () -> {
              JsonNode health = lab.get(others.getFirst(), "/health");
              assertThat(health.path("leader").asString("")).isIn(others);
              return health.path("leader").asString();
            });
    System.out.printf(
        "%s leads %d ms after the end of %s%n",
        next, (System.nanoTime() - killed) / 1_000_000, old);
    assertThat(record.ends(job)).as("the leader died while jobs ran").hasSizeLessThan(TASKS);

    lab.cli("jobs", "wait", "last").ok();
    JsonNode listed = Json.tree(lab.cli("jobs", "list", "--json").ok().getBytes(UTF_8));
    assertThat(listed).extracting(one -> one.path("state").asString()).containsOnly("succeeded");
    JsonNode shown = Json.tree(lab.cli("jobs", "show", "last", "--json").ok().getBytes(UTF_8));
    record.check(shown.path(0), TASKS);
    assertThat(record.starts(job)).as("the leader's death makes no work twice").hasSize(TASKS);
    lab.startAgent(old);
    lab.awaitWhole();
  }

  @Test
  @Order(3)
  void outputIsReadFromAnyNodeWhileItIsWritten() throws Exception {
    Path go = lab.program().dir().resolve("go-logs");
    long job =
        lab.submit(
            "--",
            "sh",
            "-c",
            "echo first; until [ -e %s ]; do sleep 0.1; done; echo last".formatted(go));
    lab.awaitNode(job, 0);
    Program.Started follower =
        lab.program().start("jobs", "logs", "-f", "" + job, "--cluster", lab.address("v2"));
    for (String node : lab.nodes()) {
      Eventually.holds(
          DemoLab.SOON, () -> assertThat(raw(node, job)).as("from %s", node).isEqualTo("first\n"));
    }
    Eventually.holds(DemoLab.SOON, () -> assertThat(follower.out()).isEqualTo("first\n"));
    Files.createFile(go);
    Eventually.holds(DemoLab.SOON, () -> assertThat(follower.process().isAlive()).isFalse());
    assertThat(follower.out()).isEqualTo("first\nlast\n");
  }

  private static String raw(String node, long job) throws Exception {
    return new String(
        lab.http(node, "/api/v1/logs?raw=1&stream=stdout&attempt=%d.0.1".formatted(job)).body(),
        UTF_8);
  }

  @Test
  @Order(4)
  void outputOutlivesTheBoxThatWroteIt() throws Exception {
    long job = lab.submit("--", "sh", "-c", "seq 1 5000; echo oops >&2");
    JsonNode done = lab.awaitJob(job, "succeeded", DemoLab.SOON);
    String box = done.path("tasks").path(0).path("attempts").path(0).path("node").asString();
    String whole = lab.cli("jobs", "logs", "" + job).ok();
    assertThat(whole).startsWith("1\n2\n").endsWith("\n5000");
    // The copy on voters is made as output comes; the box may go once it is there.
    Eventually.holds(
        DemoLab.SOON,
        () -> {
          for (String voter : lab.voters()) {
            if (keepsOutput(voter, job + ".0.1")) {
              return;
            }
          }
          throw new AssertionError("no voter keeps the output");
        });
    lab.killAgent(box);
    long keeper = lab.keeper(box);
    if (keeper != 0) {
      Program.kill9(keeper);
    }
    Program.deleteAll(lab.folder(box));
    for (String node : lab.nodes()) {
      if (!node.equals(box)) {
        assertThat(lab.cli("jobs", "logs", "" + job, "--cluster", lab.address(node)).ok())
            .as("from %s", node)
            .isEqualTo(whole);
      }
    }
    assertThat(lab.cli("jobs", "logs", "--stderr", "" + job).ok()).isEqualTo("oops");
  }

  private static boolean keepsOutput(String voter, String attempt) throws IOException {
    try (Stream<Path> files = Files.walk(lab.folder(voter).resolve("output"))) {
      return files.anyMatch(file -> file.toString().contains(attempt) && Files.isRegularFile(file));
    }
  }
}
