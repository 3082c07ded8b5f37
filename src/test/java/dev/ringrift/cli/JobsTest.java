package dev.ringrift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `jobs …`.
class JobsTest {
  static final String ONE_RUNNING =
      """
      [{"id": 7, "name": "hello", "state": "running", "owner": "operator", "count": 2,
        "submitted_at": 1799999997000, "priority": 0,
        "counts": {"waiting": 1, "succeeded": 1},
        "tasks": [
          {"task": "7.0", "state": "succeeded", "committed": 2, "attempts": [
            {"attempt": "7.0.1", "number": 1, "node": "w1", "state": "lost",
             "reason": "its machine is gone", "started_at": 1799999998000,
             "ended_at": 1799999999000},
            {"attempt": "7.0.2", "number": 2, "node": "w2", "state": "succeeded", "exit_code": 0,
             "started_at": 1799999999000, "ended_at": 1799999999200, "committed": true,
             "gpus": [0, 1]}]},
          {"task": "7.1", "state": "waiting", "reason": "no node has a free slot",
           "attempts": []}]}]
      """;

  private static final String ALL_DONE =
      "[{\"id\": 7, \"name\": \"hello\", \"count\": 2, \"counts\": {\"succeeded\": 2}}]";
  private static final String ONE_FAILED =
      "[{\"id\": 7, \"name\": \"hello\", \"count\": 2,"
          + " \"counts\": {\"succeeded\": 1, \"failed\": 1}}]";

  private final FakeCluster cluster =
      new FakeCluster()
          .answer("/api/v1/jobs", ONE_RUNNING)
          .answer("/api/v1/jobs/cancel", "{\"tasks\": 5}")
          .answer("/api/v1/jobs/retry", "{}");

  @TempDir Path dir;

  private CommandRun run(String... words) {
    return new CommandRun().on(cluster, words);
  }

  private JobSpec submitted(String... words) {
    FakeCluster fresh = new FakeCluster().answer("/api/v1/jobs", "{\"id\": 8}");
    CommandRun run = new CommandRun().on(fresh, words);
    assertThat(run.err()).isEmpty();
    String body = fresh.asked.getFirst().replaceFirst("POST /api/v1/jobs ", "");
    JsonNode sent = Json.tree(body.getBytes(StandardCharsets.UTF_8));
    assertThat(sent.get("key").asString()).isNotBlank();
    return Json.read(Json.bytes(sent.get("spec")), JobSpec.class);
  }

  @Test
  void theListHasALineAJob() {
    assertThat(run("jobs", "list").out())
        .isEqualTo(
            """
            JOB  NAME   STATE    DONE  PRIORITY  SUBMITTED  OWNER
            7    hello  running  1/2   0         3 s ago    operator
            """);
    assertThat(cluster.asked).containsExactly("GET /api/v1/jobs?select=all&tasks=0");
  }

  @Test
  void showHasALineAnAttemptAndMarksTheCommittedOne() {
    assertThat(run("jobs", "show", "last").out())
        .isEqualTo(
            """
            job 7 'hello': running
              submitted 3 s ago by operator; 1 waiting, 1 succeeded

            TASK  ATTEMPT  STATE      NODE  GPUS  EXIT  TOOK   REASON
            7.0   1        lost       w1                1 s    its machine is gone
            7.0   2*       succeeded  w2    0,1   0     0.2 s
            7.1            waiting                             no node has a free slot
            """);
  }

  @Test
  void selectorsAreCheckedAndEncoded() {
    run("jobs", "show", "1-10", "12", "last");
    run("jobs", "list", "7.3", "--state", "failed", "--name", "a b");
    run("jobs", "cancel", "1-3,5", "--reason", "no more");
    run("jobs", "retry", "all");
    assertThat(cluster.asked)
        .containsExactly(
            "GET /api/v1/jobs?select=1-10%2C12%2Clast",
            "GET /api/v1/jobs?select=7.3&state=failed&name=a%20b&tasks=0",
            cluster.asked.get(2),
            cluster.asked.get(3));
    assertThat(cluster.asked.get(2)).contains("\"select\":\"1-3,5\"").contains("\"no more\"");
    assertThat(cluster.asked.get(3)).contains("\"select\":\"all\"");
  }

  @Test
  void aSubmittedCommandIsSentWithItsOptionsAsTheyAre() {
    JobSpec spec =
        submitted(
            "jobs submit --count 200 --name hello --gpus 24GB..:2 --cpus 1.5 --memory-gb 8"
                .concat(" --priority 3 --retries 2 --timeout 5m --after 4,5 --exclusive")
                .concat(" --lost-after 1m --workdir-on-node /data --env A=1 --env B=x=y --")
                .concat(" sh -c --name")
                .split(" "));
    assertThat(spec.run()).containsExactly("sh", "-c", "--name");
    assertThat(spec.name()).isEqualTo("hello");
    assertThat(spec.count()).isEqualTo(200);
    assertThat(spec.resources().gpus()).isEqualTo(2);
    assertThat(spec.resources().vramGb()).isEqualTo(24);
    assertThat(spec.resources().cpus()).isEqualTo(1.5);
    assertThat(spec.priority()).isEqualTo(3);
    assertThat(spec.retry().attempts()).isEqualTo(3);
    assertThat(spec.timeout()).hasMinutes(5);
    assertThat(spec.after()).containsExactlyInAnyOrder(4L, 5L);
    assertThat(spec.disconnect().exclusive()).isTrue();
    assertThat(spec.disconnect().lostAfter()).hasMinutes(1);
    assertThat(spec.workdir()).isEqualTo("/data");
    assertThat(spec.envs()).containsEntry("A", "1").containsEntry("B", "x=y");
  }

  @Test
  void aJobFileIsSentAndOptionsGoBeforeIt() throws Exception {
    Path file = dir.resolve("train.yaml");
    Files.writeString(file, "run: python train.py\ncount: 3\n");
    JobSpec spec = submitted("jobs", "submit", file.toString(), "--count", "5");
    assertThat(spec.name()).isEqualTo("train");
    assertThat(spec.count()).isEqualTo(5);
    assertThat(spec.run()).containsExactly("sh", "-c", "python train.py");
  }

  @Test
  void submitEndsWithUsefulCommandsThatHaveTheId() {
    cluster.answer("/api/v1/jobs", "{\"id\": 8}");
    CommandRun run =
        run("jobs", "submit", "--cluster", "http://127.0.0.1:9", "--count", "2", "--", "date");
    assertThat(run.out())
        .startsWith("submitted job 8 'date' (2 tasks) to cluster lab\n")
        .contains("ringrift jobs wait 8 --cluster http://127.0.0.1:9\n")
        .contains("ringrift jobs logs 8 -f --cluster")
        .contains("ringrift jobs cancel 8 --cluster");
    assertThat(run("jobs", "submit", "--json", "--", "date").out()).contains("\"id\"");
  }

  @Test
  void waitEndsWhenAllTasksHaveAndSaysWhetherTheySucceeded() {
    cluster.answer("/api/v1/jobs", ONE_RUNNING, ONE_RUNNING, ALL_DONE);
    CommandRun good = run("jobs", "wait", "last");
    assertThat(good.exitCode()).isZero();
    assertThat(good.out()).isEqualTo("job 7 'hello': 2 succeeded\n");
    assertThat(good.pauses).hasSize(2);
    assertThat(cluster.asked.getFirst()).endsWith("select=last&tasks=0");
    // 'last' is looked up once: a later submit must not change what is waited for.
    assertThat(cluster.asked.get(1)).endsWith("select=7&tasks=0");

    cluster.answer("/api/v1/jobs", ONE_FAILED);
    CommandRun bad = run("jobs", "wait", "7");
    assertThat(bad.exitCode()).isEqualTo(1);
    assertThat(bad.out()).isEqualTo("job 7 'hello': 1 succeeded, 1 failed\n");
  }

  @Test
  void waitGivesProgramsTheJobsAsTheyEnded() {
    cluster.answer("/api/v1/jobs", ONE_RUNNING, ONE_FAILED);
    CommandRun run = run("jobs", "wait", "last", "--json");
    assertThat(run.exitCode()).isEqualTo(1);
    JsonNode jobs = Json.tree(run.out().getBytes(StandardCharsets.UTF_8));
    assertThat(jobs.get(0).path("counts").path("failed").asInt()).isEqualTo(1);
  }

  @Test
  void aChangeIsToldWithTheClusterAndHowMany() {
    assertThat(run("jobs", "cancel", "7").out())
        .isEqualTo("cluster lab: cancelled: 5 tasks of 7\n");
    cluster.answer("/api/v1/jobs/retry", "{\"tasks\": 1}");
    assertThat(run("jobs", "retry", "7").out())
        .isEqualTo("cluster lab: to be tried again: 1 task of 7\n");
  }

  @Test
  void waitForOneTaskDoesNotWaitForTheOthers() {
    cluster.answer(
        "/api/v1/jobs",
        "[{\"id\": 7, \"name\": \"hello\", \"count\": 2, \"counts\": {\"running\": 1},"
            + " \"tasks\": [{\"task\": \"7.0\", \"state\": \"succeeded\"}]}]");
    CommandRun run = run("jobs", "wait", "7.0");
    assertThat(run.exitCode()).isZero();
    assertThat(cluster.asked).containsExactly("GET /api/v1/jobs?select=7.0");
  }

  @Test
  void noJobIsFour() {
    cluster.answer("/api/v1/jobs", "[]");
    assertThat(run("jobs", "show", "9").exitCode()).isEqualTo(4);
    assertThat(run("jobs", "list").out()).isEqualTo("no jobs\n");
  }

  @Test
  void waitGivesUpAtItsTimeout() {
    CommandRun run = run("jobs", "wait", "7", "--timeout", "2s");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("gave up waiting: 1 of 2 tasks ended, 0 running");
  }

  @Test
  void aJobOfOneTaskIsSaidToBeOfOne() {
    cluster.answer(
        "/api/v1/jobs",
        "[{\"id\": 7, \"name\": \"hello\", \"state\": \"waiting\", \"count\": 1,"
            + " \"counts\": {\"waiting\": 1}}]");
    assertThat(run("jobs", "wait", "7", "--timeout", "2s").err())
        .startsWith("gave up waiting: 0 of 1 task ended");
  }

  @Test
  void waitShowsProgressOnlyToAPerson() {
    cluster.answer("/api/v1/jobs", ONE_RUNNING, ALL_DONE);
    CommandRun watched = new CommandRun().terminal().on(cluster, "jobs", "wait", "7");
    assertThat(watched.err()).contains("1 of 2 tasks ended, 0 running");
    cluster.answer("/api/v1/jobs", ONE_RUNNING, ALL_DONE);
    assertThat(run("jobs", "wait", "7").err()).isEmpty();
  }

  private static String part(long offset, String text, boolean ended) {
    String data = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    return "{\"offset\": %d, \"data\": \"%s\", \"ended\": %s}".formatted(offset, data, ended);
  }

  @Test
  void logsGoOnWhereTheyWereUntilTheTaskHasEnded() {
    cluster.answer(
        "/api/v1/logs", part(0, "one\n", false), part(4, "two\n", true), part(8, "", true));
    CommandRun run = run("jobs", "logs", "7.0", "-f");
    assertThat(run.out()).contains("one\ntwo\n");
    assertThat(cluster.asked)
        .contains(
            "GET /api/v1/jobs?select=7.0",
            "GET /api/v1/logs?attempt=7.0.2&stream=stdout&offset=0&wait_ms=10000",
            "GET /api/v1/logs?attempt=7.0.2&stream=stdout&offset=4&wait_ms=10000",
            "GET /api/v1/logs?attempt=7.0.2&stream=stdout&offset=8&wait_ms=10000");
  }

  @Test
  void logsOfAnAttemptAndOfStderrAreAskedFor() {
    cluster.answer("/api/v1/logs", part(0, "", true));
    run("jobs", "logs", "7", "--task", "0", "--attempt", "1", "--stderr");
    assertThat(cluster.asked)
        .contains(
            "GET /api/v1/jobs?select=7.0",
            "GET /api/v1/logs?attempt=7.0.1&stream=stderr&offset=0&wait_ms=0");
    CommandRun none = run("jobs", "logs", "7.0", "--attempt", "9");
    assertThat(none.exitCode()).isEqualTo(4);
    assertThat(none.err()).startsWith("task 7.0 has no attempt 9");
  }

  @Test
  void explainSaysWhyNodeByNode() {
    cluster.answer(
        "/api/v1/jobs/7.1/explain",
        "{\"lines\": [\"task 7.1 waits for a GPU\"], \"nodes\": [{\"node\": \"w1\", \"fits\":"
            + " false, \"reason\": \"0 of 2 GPUs are free\"}, {\"node\": \"w2\", \"fits\":"
            + " true}]}");
    assertThat(run("jobs", "explain", "7.1").out())
        .isEqualTo(
            """
            task 7.1 waits for a GPU

            NODE  FITS  REASON
            w1    no    0 of 2 GPUs are free
            w2    yes
            """);
  }
}
