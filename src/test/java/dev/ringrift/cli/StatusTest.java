package dev.ringrift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// `status`, `nodes`, `cluster` and `events`.
class StatusTest {
  private static final String NODES =
      """
      [{"id": "v1", "pid": 11, "state": "up", "role": "voter", "leader": true,
        "slots": {"total": 4, "used": 2}, "last_seen_s": 0, "version": "0.1.0",
        "gpus": [{"index": 0, "model": "RTX 5090", "utilisation": 0.5},
                 {"index": 1, "model": "RTX 5090", "utilisation": 0.25}]},
       {"id": "worker-2", "pid": 12, "state": "unknown", "reason": "both links are silent",
        "role": "worker", "slots": {"total": 8, "used": 0}, "gpus": [], "last_seen_s": 12.4,
        "version": "0.1.0", "drain_reason": "new disk",
        "load": {"problem": "the disk is full"}}]
      """;

  private static final String STATUS =
      """
      {"cluster": "lab", "leader": "v1", "term": 3,
       "quorum": {"voters": 3, "alive": 3, "needed": 2},
       "jobs": {"waiting": 2, "running": 5, "succeeded": 190, "failed": 0},
       "nodes": %s}
      """
          .formatted(NODES);

  private final FakeCluster cluster =
      new FakeCluster().answer("/cluster/status", STATUS).answer("/api/v1/nodes", NODES);

  private CommandRun run(String... words) {
    return new CommandRun().on(cluster, words);
  }

  @Test
  void theStatusIsOneScreen() {
    assertThat(run("status").out())
        .isEqualTo(
            """
            cluster lab   leader v1   term 3   quorum 3 of 3 voters alive, 2 needed
            tasks   2 waiting   5 running   190 succeeded   0 failed

            NODE      STATE    ROLE          SLOTS  GPUS                LAST SEEN  PID  VERSION  NOTE
            v1        up       voter, leads  2/4    2x RTX 5090 (38 %)  0 s ago    11   0.1.0
            worker-2  unknown  worker        0/8                        12 s ago   12   0.1.0    draining: new disk; both links are silent; the disk is full
            """);
  }

  @Test
  void withoutALeaderItSaysSoAndHowOldItIs() {
    cluster.answer(
        "/cluster/status",
        "{\"cluster\": \"lab\", \"leader\": null, \"age_s\": 7, \"quorum\": {\"voters\": 3,"
            + " \"alive\": 1, \"needed\": 2}}");
    assertThat(run("status").out())
        .contains("leader none")
        .contains("quorum 1 of 3 voters alive, 2 needed")
        .contains("this was known 7 s ago");
  }

  @Test
  void coloursAreUsedOnlyWhereTheyMayBe() {
    assertThat(run("status").out()).doesNotContain("\u001b");
    assertThat(new CommandRun().colours().on(cluster, "status").out())
        .contains("\u001b[32mup\u001b[0m       voter")
        .contains("\u001b[31munknown\u001b[0m  worker");
  }

  @Test
  void nodesAsJsonAreAnArrayOfWhatTheClusterSays() {
    JsonNode nodes = Json.tree(run("nodes", "--json").out().getBytes(StandardCharsets.UTF_8));
    assertThat(nodes.isArray()).isTrue();
    assertThat(nodes.get(0).get("pid").asLong()).isEqualTo(11);
    assertThat(nodes.get(1).get("id").asString()).isEqualTo("worker-2");
    assertThat(run("nodes").out()).startsWith("NODE ").contains("voter, leads");
  }

  @Test
  void whatChangesANodeNamesTheClusterAndKeepsTheReason() {
    cluster.answer("/api/v1/nodes/w1/drain", "{}").answer("/api/v1/nodes/w2/drain", "{}");
    run("nodes", "drain", "w1");
    assertThat(cluster.asked).containsExactly("POST /api/v1/nodes/w1/drain {}");
    CommandRun run = run("nodes", "drain", "w1", "w2", "--reason", "new disk");
    assertThat(run.out())
        .isEqualTo("cluster lab: no new tasks go to w1\ncluster lab: no new tasks go to w2\n");
    assertThat(cluster.asked).contains("POST /api/v1/nodes/w1/drain {\"reason\":\"new disk\"}");
  }

  @Test
  void whatChangesANodeIsToldToProgramsToo() {
    cluster.answer("/api/v1/nodes/w1/undrain", "{\"node\": \"w1\"}");
    cluster.answer("/api/v1/nodes/w2/undrain", "{\"node\": \"w2\"}");
    CommandRun run = run("nodes", "undrain", "w1", "w2", "--json");
    assertThat(Json.tree(run.out().getBytes(StandardCharsets.UTF_8)))
        .extracting(each -> each.path("node").asString())
        .containsExactly("w1", "w2");
  }

  @Test
  void whatWasChangedBeforeANodeWasRefusedIsToldToProgramsToo() {
    cluster.answer("/api/v1/nodes/w1/gone", "{\"node\": \"w1\"}");
    CommandRun run = run("nodes", "gone", "w1", "nobody", "--json");
    assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(run.err()).contains("nobody");
    assertThat(Json.tree(run.out().getBytes(StandardCharsets.UTF_8)))
        .extracting(each -> each.path("node").asString())
        .containsExactly("w1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "cluster voters add v4 | /api/v1/cluster/voters | {'voters':['v1','v4']}",
        "cluster step-down | /api/v1/cluster/step-down | {'leader_was':'v1'}",
        "revoke w1 | /api/v1/revoke | {'revoked':'w1'}"
      })
  void whatTheClusterAnswersToAChangeIsToldToPrograms(String words, String path, String answer) {
    String json = answer.replace('\'', '"');
    cluster.answer(path, json).answer("/api/v1/cluster", "{\"voting\": [\"v1\", \"v4\"]}");
    CommandRun run = run((words + " --json").split(" "));
    assertThat(run.exitCode()).isZero();
    assertThat(Json.tree(run.out().getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(Json.tree(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void votersAreListedByRank() {
    cluster.answer(
        "/api/v1/cluster", "{\"voters\": [\"v1\", \"v2\", \"v3\"], \"voting\": [\"v1\", \"v2\"]}");
    cluster.answer(
        "/cluster/status",
        """
        {"leader": "v2", "nodes": [
          {"id": "v1", "state": "unknown", "reason": "silent for 9 s", "addresses": ["ws://h:1"]},
          {"id": "v2", "state": "up", "addresses": []}, {"id": "w1", "state": "up"}]}
        """);
    assertThat(run("cluster", "voters").out())
        .isEqualTo(
            """
            RANK  ID  STATE    VOTES    NOTE
            1     v1  unknown  yes      silent for 9 s
            2     v2  up       yes      leads
            3     v3           not yet
            """);
    JsonNode listed =
        Json.tree(run("cluster", "voters", "--json").out().getBytes(StandardCharsets.UTF_8));
    assertThat(listed.get(0).path("addresses").get(0).asString()).isEqualTo("ws://h:1");
    assertThat(listed.get(2).path("votes").asBoolean()).isFalse();
  }

  @Test
  void aWatchedStatusIsShownAnewEachSecondUntilSomethingGoesWrong() {
    String[] answers = new String[3];
    for (int term = 1; term <= 3; term++) {
      answers[term - 1] =
          "{\"cluster\": \"lab\", \"leader\": \"v1\", \"term\": %d}".formatted(term);
    }
    cluster.answer("/cluster/status", answers).until(3);
    CommandRun run = new CommandRun().terminal().on(cluster, "status", "--watch");
    assertThat(run.pauses).containsOnly(Duration.ofSeconds(1)).hasSize(3);
    assertThat(run.out().split("\u001b\\[H\u001b\\[2J", -1)).hasSize(3);
    assertThat(run.out()).containsSubsequence("term 1", "term 2", "term 3");
    assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void votersAreAddedAndRemoved() {
    cluster
        .answer("/api/v1/cluster/voters", "{}")
        .answer("/api/v1/cluster/step-down", "{}")
        .answer(
            "/api/v1/cluster",
            "{\"voting\": [\"v1\"]}",
            "{\"voting\": []}",
            "{\"voting\": [\"v1\", \"v4\"]}");
    CommandRun added = run("cluster", "voters", "add", "v4");
    assertThat(added.out()).isEqualTo("cluster lab: v4 votes now\n");
    assertThat(added.pauses).hasSize(2);
    CommandRun kept = run("cluster", "voters", "remove", "v1");
    assertThat(kept.exitCode()).isEqualTo(1);
    assertThat(kept.err()).contains("v1 still votes, 30 s after");
    run("cluster", "step-down");
    cluster.asked.removeIf(asked -> asked.startsWith("GET"));
    assertThat(cluster.asked)
        .containsExactly(
            "POST /api/v1/cluster/voters {\"add\":\"v4\"}",
            "POST /api/v1/cluster/voters {\"remove\":\"v1\"}",
            "POST /api/v1/cluster/step-down {}");
    cluster.answer("/api/v1/cluster", "{\"voters\": [\"v1\", \"v2\", \"v3\"]}");
    assertThat(run("cluster", "info").out()).contains("voters   v1, v2, v3\n");
  }

  @Test
  void revokingNamesWhatAndWhy() {
    cluster.answer("/api/v1/revoke", "{}");
    run("revoke", "w1", "--reason", "stolen");
    assertThat(cluster.asked.getFirst()).contains("\"id\":\"w1\"").contains("\"stolen\"");
  }

  @Test
  void eventsAreAskedForAfterTheLastSeenOne() {
    cluster.answer(
        "/api/v1/events",
        "[{\"seq\": 4, \"at\": 1800000000000, \"kind\": \"leader\", \"subject\": \"v1\","
            + " \"text\": \"leads in term 3\"}]");
    CommandRun run = run("events", "--after", "3", "--limit", "5");
    assertThat(run.out()).contains("leader   v1           leads in term 3");
    assertThat(cluster.asked).containsExactly("GET /api/v1/events?after=3&limit=5&wait_ms=0");
  }
}
