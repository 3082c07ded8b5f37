package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The network between the leader and all others breaks while jobs are submitted through both
/// sides.
@Tag("lab")
class CutOffLeaderTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void cutOffLeaderStepsDownAndNoAcceptedSubmitIsLostOrDoubled() throws Exception {
    try (Namespaces hosts = Namespaces.make();
        OwnCluster cluster = new OwnCluster()) {
      build(hosts, cluster);
      String old = cluster.awaitLeader("v1");
      String other =
          List.of("v1", "v2", "v3").stream().filter(v -> !v.equals(old)).toList().getFirst();
      JobRecord record = new JobRecord(cluster.program().dir().resolve("record"));
      Path gate = cluster.program().dir().resolve("go");
      long gated = gated(cluster, old, record, gate);
      Eventually.holds(SOON, () -> assertThat(record.pid(gated + ".0.1")).isPositive());

      try (Submits near = new Submits(cluster, old, "near");
          Submits far = new Submits(cluster, other, "far")) {
        near.awaitMore(5);
        far.awaitMore(5);
        hosts.cutOff(old);
        long cut = System.nanoTime();
        Eventually.holds(
            Duration.ofSeconds(10),
            () -> {
              HttpResponse<byte[]> health = cluster.ask(old, "/health");
              assertThat(health.statusCode()).isEqualTo(503);
              assertThat(Json.tree(health.body()).path("leader").isNull()).isTrue();
            });
        long down = System.nanoTime();
        String next =
            Eventually.get(
                Duration.ofSeconds(10),
                () -> {
                  String leader = cluster.get(other, "/health").path("leader").asString("");
                  assertThat(leader).isNotIn("", old);
                  return leader;
                });
        System.out.printf(
            "%s says that it has no leader %d ms after the cut, %s leads %d ms after it%n",
            old, (down - cut) / 1_000_000, next, (System.nanoTime() - cut) / 1_000_000);
        int accepted = near.accepted.size();
        far.awaitMore(20);
        assertThat(near.accepted).as("accepted by a leader without a majority").hasSize(accepted);
        assertThat(cluster.ask(old, "/health").statusCode()).isEqualTo(503);

        hosts.heal(old);
        near.awaitMore(3);
        far.awaitMore(3);
        near.end();
        far.end();
        String leader = cluster.awaitLeader("v1");
        Eventually.holds(
            SOON,
            () -> {
              for (String voter : List.of("v1", "v2", "v3")) {
                assertThat(cluster.awaitLeader(voter)).isEqualTo(cluster.awaitLeader(leader));
              }
            });
        JsonNode jobs = cluster.get(leader, "/api/v1/jobs?limit=5000&tasks=0");
        near.check(jobs);
        far.check(jobs);
      }
      assertThat(Program.commandLine(record.pid(gated + ".0.1")))
          .as("the worker's job")
          .isNotEmpty();
      Files.createFile(gate);
      Eventually.holds(SOON, () -> record.check(cluster.get("v1", "/api/v1/jobs/" + gated), 1));
      assertThat(record.starts(gated)).hasSize(1);
    }
  }

  private static void build(Namespaces hosts, OwnCluster cluster) throws Exception {
    String[] voters = {"v1", "v2", "v3"};
    for (int i = 0; i < 3; i++) {
      hosts.host(voters[i], "10.77.0." + (i + 1));
      cluster.node(voters[i], hosts.words(voters[i]), hosts.address(voters[i]), 8770);
    }
    hosts.host("w1", "10.77.0.4");
    cluster.node("w1", hosts.words("w1"), hosts.address("w1"), 8770);
    cluster.init(voters);
    cluster.issue("v2", "v1", voters);
    cluster.issue("v3", "v1", voters);
    for (String voter : voters) {
      cluster.agent(voter, "slots=0");
    }
    cluster.awaitLeader("v1");
    String line = cluster.on("v1", "join-token", "--address", "ws://10.77.0.1:8770").ok();
    String token = line.substring(line.lastIndexOf(' ') + 1);
    cluster
        .on("w1", "join", token, "--node-id", "w1", "--data-dir", cluster.folder("w1").toString())
        .ok();
    cluster.agent("w1", "slots=2");
    cluster.awaitUp("v1", 3, "v1", "v2", "v3", "w1");
  }

  private static long gated(OwnCluster cluster, String leader, JobRecord record, Path gate)
      throws Exception {
    String work = "until [ -e %s ]; do sleep 0.1; done".formatted(gate);
    Map<String, Object> spec =
        Map.of("name", "gated", "run", List.of("sh", "-c", record.script(work)));
    HttpResponse<byte[]> answer =
        cluster.post(leader, "/api/v1/jobs", Map.of("key", "gated", "spec", spec));
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    return Json.tree(answer.body()).path("id").asLong();
  }

  /// Submits one job after the other through one node. A submit that was not answered is tried
  /// again with the same key, as the protocol says.
  private static final class Submits implements AutoCloseable {
    private final OwnCluster cluster;
    private final String node;
    private final String name;
    private final Map<String, Long> accepted = new ConcurrentHashMap<>();
    private final List<Throwable> wrong = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    Submits(OwnCluster cluster, String node, String name) {
      this.cluster = cluster;
      this.node = node;
      this.name = name;
      this.thread = Thread.ofPlatform().name(name).start(this::run);
    }

    private void run() {
      try {
        for (int i = 0; !closed; i++) {
          String key = name + "-" + i;
          while (!closed && !submit(key)) {
            Thread.sleep(50);
          }
          Thread.sleep(20);
        }
      } catch (Exception | AssertionError e) {
        wrong.add(e);
      }
    }

    private boolean submit(String key) throws Exception {
      // It asks for more than any node has, so that it waits and costs nothing.
      Map<String, Object> spec =
          Map.of("name", key, "run", List.of("true"), "resources", Map.of("gpus", 64));
      try {
        HttpResponse<byte[]> answer =
            cluster.post(node, "/api/v1/jobs", Map.of("key", key, "spec", spec));
        if (answer.statusCode() == 200) {
          accepted.put(key, Json.tree(answer.body()).path("id").asLong());
          return true;
        }
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isIn(503, 502, 504);
        return false;
      } catch (IOException e) {
        return false; // no answer in time: it is not known if it happened
      }
    }

    void awaitMore(int count) throws Exception {
      int before = accepted.size();
      Eventually.holds(
          SOON,
          () -> {
            assertThat(wrong).isEmpty();
            assertThat(accepted).as(name).hasSizeGreaterThanOrEqualTo(before + count);
          });
    }

    /// Every accepted submit is there once, under the number that was answered.
    void check(JsonNode jobs) {
      List<JsonNode> own =
          jobs.valueStream()
              .filter(job -> job.path("name").asString().startsWith(name + "-"))
              .toList();
      assertThat(own).extracting(job -> job.path("name").asString()).doesNotHaveDuplicates();
      Map<String, Long> found = new ConcurrentHashMap<>();
      own.forEach(job -> found.put(job.path("name").asString(), job.path("id").asLong()));
      assertThat(found).containsAllEntriesOf(accepted);
    }

    @Override
    public void close() {
      Eventually.closing(this::end);
    }

    void end() throws InterruptedException {
      closed = true;
      thread.join();
    }
  }
}
