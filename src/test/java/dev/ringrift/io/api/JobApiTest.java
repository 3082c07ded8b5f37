package dev.ringrift.io.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.Capacity;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JobApiTest {
  private static final Caller OPERATOR = Caller.link("alice", Role.OPERATOR);
  private static final NodeId W1 = new NodeId("w1");

  private final FakeCluster cluster = FakeCluster.ofFour();

  private ApiReply get(String node, String path) {
    return cluster.node(node).call("GET", path, "", OPERATOR);
  }

  private ApiReply post(String path, String body) {
    return cluster.node("v1").call("POST", path, body, OPERATOR);
  }

  /// Task 0 of job 1 succeeded on w1, the second waits.
  private void oneOfTwoSucceeded() {
    cluster.submit(2);
    Capacity room = new Capacity(4, 4, 1000, 1000, List.of(), "", Map.of());
    cluster.state.apply(
        new Command.Register(7, W1, Role.WORKER, List.of(), room, "0.1.0", 1, 9, 1));
    cluster.state.apply(
        new Command.Place(
            7, List.of(new Command.Placing(AttemptId.of(1, 0, 1), W1, List.of())), 2_000));
    cluster.state.apply(
        new Command.Progress(
            7,
            List.of(
                new Command.Step.Reported(
                    AttemptId.of(1, 0, 1), W1, AttemptState.SUCCEEDED, 0, "", 3_000, 4_000)),
            4_000));
  }

  @Test
  void aJobShowsItsTasksAndWhichAttemptWasCommitted() {
    oneOfTwoSucceeded();
    JsonNode job = get("v1", "/api/v1/jobs/1").tree();
    assertThat(job.path("state").asString()).isEqualTo("running");
    assertThat(job.path("submitted_at").asString()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(job.path("counts").path("succeeded").asInt()).isEqualTo(1);
    assertThat(job.path("counts").path("lost").asInt()).isZero();
    JsonNode first = job.path("tasks").get(0);
    assertThat(first.path("committed").asString()).isEqualTo("1.0.1");
    assertThat(Json.text(first.path("attempts")))
        .isEqualTo(
            "[{\"attempt\":\"1.0.1\",\"number\":1,\"node\":\"w1\",\"state\":\"succeeded\","
                + "\"exit_code\":0,\"reason\":\"\",\"placed_at\":\"1970-01-01T00:00:02Z\","
                + "\"started_at\":\"1970-01-01T00:00:03Z\",\"ended_at\":\"1970-01-01T00:00:04Z\","
                + "\"committed\":true,\"gpus\":[],\"silent\":false}]");
    assertThat(job.path("tasks").get(1).path("committed").isNull()).isTrue();
  }

  @Test
  void jobsAreListedByStateNameAndSelector() {
    cluster.submit(1);
    post("/api/v1/jobs", "{\"key\":\"b\",\"spec\":{\"name\":\"b\",\"run\":[\"true\"]}}");
    assertThat(ids("/api/v1/jobs")).isEqualTo("1 2 ");
    assertThat(ids("/api/v1/jobs?name=b")).isEqualTo("2 ");
    assertThat(ids("/api/v1/jobs?state=failed")).isEmpty();
    assertThat(ids("/api/v1/jobs?limit=1")).isEqualTo("2 ");
    assertThat(ids("/api/v1/jobs?select=1-9")).isEqualTo("1 2 ");
    assertThat(get("v1", "/api/v1/jobs?select=7").status()).isEqualTo(404);
    assertThat(get("v1", "/api/v1/jobs?select=x").status()).isEqualTo(400);
  }

  @Test
  void whoSelectsJobsGetsTheSelectedTasks() {
    cluster.submit(5);
    assertThat(tasks("/api/v1/jobs")).isEqualTo(-1);
    assertThat(tasks("/api/v1/jobs?tasks=1")).isEqualTo(5);
    assertThat(tasks("/api/v1/jobs?select=all")).isEqualTo(5);
    assertThat(tasks("/api/v1/jobs?select=all&tasks=0")).isEqualTo(-1);
    assertThat(tasks("/api/v1/jobs?select=1.2-3")).isEqualTo(2);
  }

  /// How many tasks the first job shows, -1 for no list of them.
  private int tasks(String path) {
    JsonNode job = get("v1", path).tree().get(0);
    return job.has("tasks") ? job.path("tasks").size() : -1;
  }

  private String ids(String path) {
    StringBuilder ids = new StringBuilder();
    get("v2", path).tree().forEach(job -> ids.append(job.path("id").asLong()).append(' '));
    return ids.toString();
  }

  @Test
  void cancelAndRetryTakeTheTasksThatTheyFit() {
    oneOfTwoSucceeded();
    JsonNode reply =
        post("/api/v1/jobs/cancel", "{\"select\":\"last\",\"reason\":\"enough\"}").tree();
    assertThat(reply.path("tasks").asInt()).isEqualTo(1);
    assertThat(state(1)).isEqualTo(TaskState.CANCELLED);
    assertThat(state(0)).isEqualTo(TaskState.SUCCEEDED);
    assertThat(post("/api/v1/jobs/cancel", "{\"select\":\"1\"}").status()).isEqualTo(409);
    assertThat(post("/api/v1/jobs/cancel", "{\"select\":\"1\"}").tree().path("error").asString())
        .isEqualTo("all tasks of '1' have ended");
    assertThat(post("/api/v1/jobs/retry", "{\"tasks\":[\"1.1\"]}").status()).isEqualTo(200);
    assertThat(state(1)).isEqualTo(TaskState.WAITING);
    assertThat(post("/api/v1/jobs/retry", "{\"select\":\"1\"}").status()).isEqualTo(409);
    assertThat(post("/api/v1/jobs/cancel", "{\"select\":\"5\"}").status()).isEqualTo(404);
    assertThat(post("/api/v1/jobs/cancel", "{}").status()).isEqualTo(400);
  }

  private TaskState state(int task) {
    return cluster.state.task(new TaskId(1, task)).orElseThrow().state();
  }

  @Test
  void anExplanationIsTheLeaders() {
    cluster.submit(2);
    JsonNode reply = get("w1", "/api/v1/jobs/last/explain").tree();
    assertThat(reply.path("task").asString()).isEqualTo("1.0");
    assertThat(reply.path("open").asInt()).isEqualTo(2);
    assertThat(reply.path("lines").get(0).asString()).isEqualTo("w1: has no free GPU for 1.0");
    cluster.lead("");
    assertThat(get("v2", "/api/v1/jobs/last/explain").status()).isEqualTo(503);
  }

  @Test
  void withoutALeaderJobsAreReadFromWhatAVoterHas() {
    cluster.submit(1);
    cluster.lead("");
    assertThat(ids("/api/v1/jobs")).isEqualTo("1 ");
    assertThat(get("w1", "/api/v1/jobs/1").status()).isEqualTo(200);
  }

  @Test
  void aSpecIsReadFromTheRecordAndFromTheNamesOfAJobFile() {
    JobSpec spec =
        JobSpec.of("hello", List.of("sh", "-c", "exit 3"))
            .withCount(4)
            .withPriority(2)
            .withRetry(new JobSpec.Retry(3, Set.of(3, 4), Duration.ofSeconds(90)))
            .withDisconnect(new JobSpec.Disconnect(Duration.ofMinutes(2), true));
    assertThat(SpecJson.read(Json.tree(Json.bytes(spec)))).isEqualTo(spec);
    String file =
        """
        {"name": "hello", "run": ["sh", "-c", "exit 3"], "count": 4, "priority": 2,
         "retry": {"attempts": 3, "on_exit_codes": [3, 4], "backoff": "90s"},
         "disconnect": {"lost_after": 120, "exclusive": true}}""";
    assertThat(SpecJson.read(Json.tree(file.getBytes(StandardCharsets.UTF_8)))).isEqualTo(spec);
  }

  @Test
  void allProblemsOfASpecAreReportedAtOnce() {
    String bad =
        """
        {"key": "k", "spec": {"run": "true", "count": "many", "gpus": 1,
         "retry": {"backoff": "soon"}, "resources": {"vram_gb": "24"}}}""";
    ApiReply reply = post("/api/v1/jobs", bad);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.tree().path("because").asString())
        .contains(
            "spec.run is not a list of texts",
            "spec.count is not a whole number",
            "unknown key 'gpus' in spec",
            "spec.retry.backoff is not a span",
            "spec.resources.vram_gb is not a number");
    assertThat(post("/api/v1/jobs", "{\"key\":\"k\"}").tree().path("because").asString())
        .contains("'spec' is missing");
    assertThat(post("/api/v1/jobs", "{").tree().path("error").asString())
        .isEqualTo("the body is no JSON");
    assertThat(cluster.state.jobs()).isEmpty();
  }

  @Test
  void theApiRefusesWhatAJobFileMayNotHave() {
    String bad =
        """
        {"key": "k", "spec": {"name": "a\\nb", "run": ["true"], "envs": {"A=B": "1"},
         "workdir": "here", "priority": 2000000, "retry": {"on_exit_codes": [300]},
         "resources": {"gpus": 1000}}}""";
    ApiReply reply = post("/api/v1/jobs", bad);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.tree().path("because").asString())
        .contains(
            "name must be one line",
            "envs has the name 'A=B'",
            "workdir is 'here'",
            "priority is 2000000",
            "retry.on_exit_codes has '300'",
            "resources.gpus is 1000");
  }

  @Test
  void theApiAndAJobFileReadTheSameFields() {
    String bad =
        """
        {"key": "k", "spec": {"run": [], "count": 0, "timeout": -5, "after": ["last", 7],
         "resources": {"vram_gb": 24, "cpus": -1}, "retry": {"attempts": 0, "onExit": 1},
         "disconnect": true}}""";
    assertThat(post("/api/v1/jobs", bad).tree().path("because").asString().lines())
        .containsExactlyInAnyOrder(
            "spec.run is empty: say what to run",
            "spec.count is 0: use 1 to 10000",
            "spec.timeout is PT-5S: it may not be negative",
            "spec.after has 'last': write the ids of jobs, for example [7, 8]",
            "spec.resources.vram_gb needs 'resources.gpus': it is the memory of each GPU",
            "spec.resources.cpus is -1.0: use a number that is not negative",
            "spec.retry.attempts is 0: use 1 to 100",
            "unknown key 'onExit' in spec.retry",
            "'spec.disconnect' is no object");
    assertThat(
            post("/api/v1/jobs", "{\"key\":\"k\",\"spec\":{}}").tree().path("because").asString())
        .isEqualTo("spec.run is missing: say what to run, for example 'run: python train.py'");
  }

  @Test
  void outputIsFoundOnWhicheverNodeKeepsIt() {
    oneOfTwoSucceeded();
    cluster.node("w1").output.put(FakeCluster.ATTEMPT, "from w1");
    assertThat(get("v2", "/api/v1/logs?attempt=1.0.1&raw=1").text()).isEqualTo("from w1");
    cluster.node("w1").output.clear();
    cluster.node("v3").output.put(FakeCluster.ATTEMPT, "from v3");
    assertThat(get("v2", "/api/v1/logs?attempt=1.0.1&raw=1").text()).isEqualTo("from v3");
    assertThat(get("w1", "/api/v1/logs?attempt=1.0.1&offset=5&raw=1").text()).isEqualTo("v3");
    JsonNode chunk = get("v3", "/api/v1/logs?attempt=1.0.1&offset=5&max=1").tree();
    assertThat(chunk.path("next").asInt()).isEqualTo(6);
    assertThat(chunk.path("size").asInt()).isEqualTo(7);
  }

  @Test
  void outputThatCannotBeHadSaysWhy() {
    oneOfTwoSucceeded();
    assertThat(get("v2", "/api/v1/logs?attempt=1.0.1").tree().path("because").asString())
        .contains("w1, where it ran");
    assertThat(get("v2", "/api/v1/logs?attempt=1.1.1").tree().path("because").asString())
        .isEqualTo("task 1.1 is waiting and has had 0 attempts");
    assertThat(get("v2", "/api/v1/logs?attempt=9.0.1").tree().path("error").asString())
        .isEqualTo("no task 9.0");
    assertThat(get("v2", "/api/v1/logs?attempt=9").status()).isEqualTo(400);
    assertThat(get("v2", "/api/v1/logs").status()).isEqualTo(400);
    assertThat(get("v2", "/api/v1/logs?attempt=1.0.1&stream=x").status()).isEqualTo(400);
  }

  @Test
  void aLargeAnswerIsPackedForALinkAndComesBackWhole() {
    cluster.submit(10_000);
    JsonNode job = get("w1", "/api/v1/jobs/1").tree();
    assertThat(job.path("tasks")).hasSize(10_000);
  }
}
