package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.io.json.Json;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/// What an operator does to the voters of a cluster in its life, while one job runs through all of
/// it: updates them one by one, goes on when the majority is gone for good, replaces a stolen key.
@Tag("e2e")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VotersTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static DemoLab lab;
  private static Program next;
  private static int nextVersion;
  private static JobRecord record;
  private static Path gate;
  private static long gated;

  @BeforeAll
  static void up() throws Exception {
    lab = DemoLab.start(3, 1);
    Path classes = lab.program().dir().resolve("next");
    nextVersion = NextProgram.write(classes);
    next = lab.program().withClasses(classes);
    record = new JobRecord(lab.program().dir().resolve("record"));
    gate = lab.program().dir().resolve("go");
    gated =
        lab.submit(
            "--", "sh", "-c", record.script("until [ -e %s ]; do sleep 0.1; done".formatted(gate)));
    Eventually.holds(SOON, () -> assertThat(record.pid(gated + ".0.1")).isPositive());
  }

  @AfterAll
  static void down() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static void restart(Program program, String voter) throws Exception {
    if (lab.agent(voter) != 0) {
      lab.killAgent(voter);
    }
    lab.beginAgent(program, voter);
  }

  private static JsonNode health(String node) throws Exception {
    return Json.tree(lab.http(node, "/health").body());
  }

  private static void awaitWell(String node) throws Exception {
    Eventually.holds(
        Duration.ofMinutes(1),
        () -> assertThat(health(node).path("status").asString()).isEqualTo("ok"));
  }

  private static int version() throws Exception {
    return lab.any("/api/v1/cluster").path("version").asInt();
  }

  @Test
  @Order(1)
  void newCommandsAreUsedOnceTheLastVoterIsUpdated() throws Exception {
    restart(next, "v3");
    awaitWell("v3");
    lab.awaitWhole();
    assertThat(version()).isEqualTo(nextVersion - 1);
    restart(next, "v1");
    restart(next, "v2");
    Eventually.holds(SOON, () -> assertThat(version()).isEqualTo(nextVersion));
    lab.awaitWhole();
  }

  @Test
  @Order(2)
  void voterWithTheOldProgramIsToldToUpdate() throws Exception {
    restart(lab.program(), "v2");
    Eventually.holds(
        SOON,
        () -> {
          HttpResponse<byte[]> answer = lab.http("v2", "/health");
          assertThat(answer.statusCode()).isEqualTo(503);
          assertThat(new String(answer.body(), UTF_8))
              .contains("too old for the cluster's ledger")
              .contains("update ringrift on this node");
        });
  }

  @Test
  @Order(3)
  void lastVoterGoesOnWhenTheMajorityIsGoneForGood() throws Exception {
    long before = lab.submit("--", "true");
    lab.awaitJob(before, "succeeded", SOON);
    for (String voter : lab.voters()) {
      lab.killAgent(voter);
    }
    String[] recover = {
      "cluster",
      "recover",
      "--data-dir",
      lab.folder("v3").toString(),
      "--operator",
      operator().toString()
    };
    assertThat(lab.cli(recover).failed(1)).contains("too old for the cluster's ledger");
    assertThat(answering("yes").run(recover).exitCode()).isEqualTo(1);
    assertThat(answering("yes").run(recover).out())
        .contains("recovers cluster demo with v3 as its only voter", "lost", "nothing was changed");
    assertThat(answering("demo").run(recover).ok()).contains("goes on in epoch 2");
    lab.beginAgent(next, "v3");
    Eventually.holds(Duration.ofMinutes(1), () -> assertThat(lab.leader()).isEqualTo("v3"));
    long after = lab.submit("--", "true");
    lab.awaitJob(after, "succeeded", Duration.ofMinutes(1));
    assertThat(after).isGreaterThan(before);
    assertThat(lab.job(before).path("state").asString()).isEqualTo("succeeded");
    assertThat(record.starts(gated)).as("the job that runs").hasSize(1);
    assertThat(Program.commandLine(record.pid(gated + ".0.1"))).isNotEmpty();
  }

  /// The next program, for which somebody types these words.
  private static Program answering(String words) {
    return next.within(List.of("sh", "-c", "echo %s | exec \"$@\"".formatted(words), "sh"));
  }

  @Test
  @Order(4)
  void votersThatComeBackFromBeforeAreRefusedAndEnd() throws Exception {
    // Both, so that they are a majority of what was before.
    Map<String, Program.Started> back = new TreeMap<>();
    for (String old : List.of("v1", "v2")) {
      back.put(old, next.start("agent", "--data-dir", lab.folder(old).toString()));
    }
    for (Map.Entry<String, Program.Started> one : back.entrySet()) {
      Program.Started agent = one.getValue();
      Eventually.holds(SOON, () -> assertThat(agent.process().isAlive()).isFalse());
      assertThat(agent.said())
          .contains("voter %s is not of the cluster any more".formatted(one.getKey()))
          .contains("recovered into epoch 2");
    }
    assertThat(lab.leader()).isEqualTo("v3");
  }

  @Test
  @Order(5)
  void jobThatRanThroughAllOfItIsCommittedOnce() throws Exception {
    Files.createFile(gate);
    record.check(lab.awaitJob(gated, "succeeded", SOON), 1);
    assertThat(record.starts(gated)).hasSize(1);
  }

  @Test
  @Order(6)
  void stolenOperatorKeyIsReplacedAndRefused() throws Exception {
    Path stolen = lab.program().dir().resolve("stolen");
    Program.copyAll(operator(), stolen);
    lab.cli("operator", "replace", "--stolen").ok();
    signAgain("v3", "voter");
    restart(next, "v3");
    Eventually.holds(Duration.ofMinutes(1), () -> assertThat(lab.leader()).isEqualTo("v3"));
    signAgain("w1", "worker");
    restart(lab.program(), "w1");
    long job = lab.submit("--", "true");
    lab.awaitJob(job, "succeeded", Duration.ofMinutes(1));

    Program.copyAll(stolen, operator());
    Program.Run refused = lab.cli("token", "create", "--scope", "admin");
    assertThat(refused.exitCode()).as(refused.out()).isZero();
    assertThat(
            lab.post("v3", "/api/v1/cluster/step-down", refused.out().strip(), "{}").statusCode())
        .isEqualTo(401);
    assertThat(lab.cli("jobs", "submit", "--", "true").exitCode()).isNotZero();
  }

  private static void signAgain(String node, String role) throws Exception {
    String dir = lab.folder(node).toString();
    String request = lab.cli("node", "request", "--data-dir", dir).ok();
    String grant = lab.cli("node", "issue", "--role", role, request).ok();
    lab.cli("join", grant, "--data-dir", dir).ok();
  }

  private static Path operator() {
    return lab.program().dir().resolve("demo").resolve("operator");
  }
}
