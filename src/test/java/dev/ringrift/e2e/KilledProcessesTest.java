package dev.ringrift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/// `kill -9` of each kind of process while jobs run. What the jobs write down themselves decides
/// whether anything was lost or done twice.
@Tag("e2e")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KilledProcessesTest {
  private static final Duration MOST = Duration.ofSeconds(90);

  private static DemoLab lab;
  private static JobRecord record;

  @BeforeAll
  static void up() throws Exception {
    lab = DemoLab.start(3, 3);
    record = new JobRecord(lab.program().dir().resolve("record"));
  }

  @AfterAll
  static void down() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @BeforeEach
  void whole() throws Exception {
    lab.awaitWhole();
  }

  /// A job that runs until a file is there, and then ends with an exit code of its own.
  private record Gated(long job, String node, long pid, Path gate) {
    static Gated start(String name, int exitCode) throws Exception {
      Path gate = lab.program().dir().resolve("go-" + name);
      String work = "until [ -e %s ]; do sleep 0.1; done".formatted(gate);
      long job =
          lab.submit("--name", name, "--", "sh", "-c", record.script(work) + "; exit " + exitCode);
      String node = lab.awaitNode(job, 0);
      long pid =
          Eventually.get(
              DemoLab.SOON,
              () -> {
                long found = record.pid(job + ".0.1");
                assertThat(found).isPositive();
                return found;
              });
      return new Gated(job, node, pid, gate);
    }

    void open() throws Exception {
      Files.createFile(gate);
    }

    void assertRuns() {
      assertThat(Program.commandLine(pid)).as("the job's process %d", pid).contains("until");
    }

    void awaitGone() throws Exception {
      Eventually.holds(
          DemoLab.SOON, () -> assertThat(Program.commandLine(pid)).as("the job").isEmpty());
    }

    /// Its exit code has arrived, of its one and only attempt.
    void assertEndedOnce(String state, int exitCode) throws Exception {
      JsonNode job = lab.awaitJob(this.job, state, MOST);
      JsonNode attempts = job.path("tasks").path(0).path("attempts");
      assertThat(attempts).as("%s", job).hasSize(1);
      assertThat(attempts.path(0).path("exit_code").asInt(-1)).isEqualTo(exitCode);
      assertThat(record.starts(this.job)).containsExactly(this.job + ".0.1");
    }
  }

  @Test
  @Order(1)
  void jobsOfAKilledAgentRunOnAndTheirExitCodesArrive() throws Exception {
    Gated job = Gated.start("agent", 7);
    lab.killAgent(job.node());
    job.assertRuns();
    lab.startAgent(job.node());
    lab.awaitWhole();
    job.assertRuns();
    lab.killAgent(job.node());
    job.open();
    job.awaitGone();
    lab.startAgent(job.node());
    job.assertEndedOnce("failed", 7);
  }

  @Test
  @Order(2)
  void jobsOfAKilledKeeperRunOnAndTheirExitCodesArrive() throws Exception {
    Gated job = Gated.start("keeper", 9);
    long keeper = lab.keeper(job.node());
    assertThat(keeper).isPositive();
    Program.kill9(keeper);
    job.assertRuns();
    Eventually.holds(
        DemoLab.SOON, () -> assertThat(lab.keeper(job.node())).isPositive().isNotEqualTo(keeper));
    job.assertRuns();
    job.open();
    job.assertEndedOnce("failed", 9);
  }

  @Test
  @Order(3)
  void jobsOfAnUpgradedNodeRunOnUnderTheNewKeeper() throws Exception {
    Gated job = Gated.start("upgrade", 5);
    long keeper = lab.keeper(job.node());
    lab.killAgent(job.node());
    lab.program()
        .within(List.of("setsid"))
        .rebuilt(lab.program().dir().resolve("upgraded"))
        .start("agent", "--data-dir", lab.folder(job.node()).toString());
    Eventually.holds(
        DemoLab.SOON,
        () -> assertThat(Program.commandLine(lab.keeper(job.node()))).contains("/upgraded/"));
    Eventually.holds(
        DemoLab.SOON, () -> assertThat(Program.commandLine(keeper)).as("the old one").isEmpty());
    job.assertRuns();
    job.open();
    job.assertEndedOnce("failed", 5);
  }

  @Test
  @Order(4)
  void killedJobIsTriedAgain() throws Exception {
    Path file = lab.program().dir().resolve("retry.yaml");
    String work = "if [ $RINGRIFT_ATTEMPT = 1 ]; then sleep 300; fi";
    Files.writeString(
        file,
        "name: retry\nretry: {attempts: 2, backoff: 1s}\nrun: |\n  " + record.script(work) + "\n");
    long job = lab.submit(file.toString());
    Eventually.holds(DemoLab.SOON, () -> assertThat(record.pid(job + ".0.1")).isPositive());
    Program.kill9(record.pid(job + ".0.1"));
    JsonNode done = lab.awaitJob(job, "succeeded", MOST);
    record.check(done, 1);
    assertThat(record.starts(job)).containsExactly(job + ".0.1", job + ".0.2");
    assertThat(done.path("tasks").path(0).path("attempts").path(0).path("exit_code").asInt())
        .isEqualTo(137);
  }

  @Test
  @Order(5)
  void allVotersDieAtOnceAndNothingIsLost() throws Exception {
    Gated job = Gated.start("voters", 0);
    long count = lab.any("/api/v1/jobs?tasks=0").size();
    for (String voter : lab.voters()) {
      lab.killAgent(voter);
    }
    job.assertRuns();
    job.open();
    job.awaitGone();
    for (String voter : lab.voters()) {
      lab.beginAgent(voter);
    }
    lab.awaitWhole();
    job.assertEndedOnce("succeeded", 0);
    record.check(lab.job(job.job()), 1);
    assertThat(lab.any("/api/v1/jobs?tasks=0")).hasSize((int) count);
  }

  @Test
  @Order(6)
  void chaosLosesNothingAndDoublesNothing() throws Exception {
    int tasks = 360;
    long seed = Long.getLong("chaos.seed", System.nanoTime());
    Random random = new Random(seed);
    long job =
        lab.submit(
            "--count",
            "" + tasks,
            "--name",
            "chaos",
            "--retries",
            "9",
            "--",
            "sh",
            "-c",
            record.script("sleep 0.$((RINGRIFT_TASK % 8 + 1))"));
    StringBuilder story = new StringBuilder("-Dchaos.seed=" + seed);
    List<Integer> blows = new ArrayList<>(List.of(0, 1, 2, 3, 4));
    Collections.shuffle(blows, random);
    for (int blow : blows) {
      int before = record.ends(job).size();
      story.append("; ").append(strike(blow, random, job));
      // The next blow falls when something has been done since, so that the whole moves on.
      Eventually.holds(
          MOST,
          () ->
              assertThat(record.ends(job).size())
                  .as("%s", story)
                  .isGreaterThanOrEqualTo(Math.min(tasks, before + 8)));
    }
    System.out.println(story);
    JsonNode done =
        Eventually.get(
            MOST,
            () -> {
              JsonNode now = lab.any("/api/v1/jobs/" + job);
              assertThat(now.path("state").asString())
                  .as("%s: %s", story, now.path("counts"))
                  .isNotIn("waiting", "running");
              return now;
            });
    assertThat(done.path("state").asString())
        .as("%s: %s", story, done.path("counts"))
        .isEqualTo("succeeded");
    record.check(done, tasks);
  }

  /// Kills one process, and starts what does not come back by itself.
  private static String strike(int blow, Random random, long job) throws Exception {
    String leader = lab.leader();
    List<String> followers = lab.voters().stream().filter(one -> !one.equals(leader)).toList();
    String worker = "w" + (1 + random.nextInt(3));
    return switch (blow) {
      case 0 -> killAndStart(leader, "leader ");
      case 1 -> killAndStart(followers.get(random.nextInt(followers.size())), "follower ");
      case 2 -> killAndStart(worker, "agent ");
      case 3 -> {
        long keeper = lab.keeper(worker);
        if (keeper != 0) {
          Program.kill9(keeper);
        }
        yield "keeper of " + worker;
      }
      default -> {
        List<String> starts = record.starts(job);
        String attempt = starts.isEmpty() ? job + ".0.1" : starts.getLast();
        long pid = record.pid(attempt);
        if (Program.commandLine(pid).contains("RINGRIFT_TASK")) {
          Program.kill9(pid);
        }
        yield "attempt " + attempt;
      }
    };
  }

  private static String killAndStart(String node, String what) throws Exception {
    lab.killAgent(node);
    lab.startAgent(node);
    return what + node;
  }
}
