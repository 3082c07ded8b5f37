package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Measures how long a cluster is without a leader when that is killed: `bench/run failover`. Three
/// voters and three workers, each a process of its own, on this machine.
@Tag("bench")
final class FailoverBench {
  private static final int KILLS = Integer.getInteger("bench.kills", 20);
  private static final int BUSY = Integer.getInteger("bench.busy", 0);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SETTLE = Duration.ofSeconds(3);
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private final List<Long> found = new ArrayList<>();
  private final List<Long> committed = new ArrayList<>();

  @Test
  void leadersDie() throws Exception {
    List<Process> burners = new ArrayList<>();
    try (DemoLab lab = DemoLab.start(3, 3)) {
      String token = lab.cli("token", "create", "--scope", "admin", "--cluster", "demo").ok();
      for (int i = 0; i < BUSY; i++) {
        burners.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
      }
      for (int kill = 0; kill < KILLS; kill++) {
        lab.awaitWhole();
        pause(SETTLE);
        once(lab, token.lines().reduce("", (first, last) -> last).strip(), kill);
      }
      lab.awaitWhole();
      long timeout = timeout(lab);
      say("%d kills of the leader, %d busy programs beside".formatted(KILLS, BUSY));
      say("least election timeout at the end: %d ms".formatted(timeout));
      tell("kill -9 to a new leader at /health of a survivor", found, timeout);
      tell("kill -9 to a submit that is committed", committed, timeout);
    } finally {
      burners.forEach(Process::destroyForcibly);
    }
  }

  private void once(DemoLab lab, String token, int number) throws Exception {
    String old = lab.leader();
    List<String> others = lab.voters().stream().filter(voter -> !voter.equals(old)).toList();
    lab.killAgent(old);
    long killed = System.nanoTime();
    CompletableFuture<Long> submitted =
        CompletableFuture.supplyAsync(
            () -> {
              submit(lab, others, token, "bench-" + killed);
              return millisSince(killed);
            },
            task -> Thread.ofVirtual().start(task));
    await(() -> others.stream().anyMatch(voter -> knowsNew(lab, voter, others)));
    long first = millisSince(killed);
    long done = submitted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    found.add(first);
    committed.add(done);
    say(
        "kill %d, of %s: leader after %d ms, commit after %d ms"
            .formatted(number + 1, old, first, done));
    lab.startAgent(old);
  }

  private static boolean knowsNew(DemoLab lab, String voter, List<String> others) {
    try {
      HttpResponse<byte[]> answer = lab.http(voter, "/health");
      return answer.statusCode() == 200
          && others.contains(Json.tree(answer.body()).path("leader").asString(""));
    } catch (IOException e) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// The same submit again and again: its key makes one job of all.
  private static void submit(DemoLab lab, List<String> voters, String token, String key) {
    Map<String, Object> body = Map.of("key", key, "spec", JobSpec.of("bench", List.of("true")));
    int[] turn = {0};
    await(
        () -> {
          String voter = voters.get(turn[0]++ % voters.size());
          try {
            HttpResponse<byte[]> answer = lab.post(voter, "/api/v1/jobs", token, body);
            assertThat(answer.statusCode())
                .as(() -> new String(answer.body(), UTF_8))
                .isIn(200, 201, 202, 503);
            return answer.statusCode() != 503;
          } catch (IOException e) {
            return false;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void await(Look look) {
    long start = System.nanoTime();
    while (!look.good()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("not within " + PATIENCE);
      }
      pause(LOOK_EVERY);
    }
  }

  private static void pause(Duration span) {
    try {
      new CountDownLatch(1).await(span.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static long timeout(DemoLab lab) throws Exception {
    JsonNode cluster = lab.any("/api/v1/cluster");
    return cluster.path("election_timeout_ms").asLong();
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  private static void tell(String what, List<Long> millis, long timeout) {
    List<Long> sorted = millis.stream().sorted().toList();
    long p50 = sorted.get((sorted.size() - 1) / 2);
    long p99 = sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
    say(
        "%s: p50 %d ms, p99 %d ms, max %d ms; p50 is %.1f election timeouts"
            .formatted(what, p50, p99, sorted.getLast(), (double) p50 / timeout));
  }

  private static void say(String line) {
    System.out.println("failover: " + line);
  }

  private interface Look {
    boolean good();
  }
}
