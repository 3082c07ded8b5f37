package dev.ringrift.io.link;

import static dev.ringrift.io.link.TestNode.next;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.Role;
import dev.ringrift.io.trust.TestCluster;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkPressureTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final byte[] LARGEST = new byte[Transport.BODY_BYTES_MAX];
  private static Vertx vertx;

  private final TestCluster cluster = new TestCluster("c1");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private TestNode voter;
  private TcpRelay wire;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void shut() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, SECONDS);
  }

  @BeforeEach
  void startVoter() throws Exception {
    voter = node("v1", Role.VOTER, TestNode.QUICK);
    for (String channel : List.of("big", "small")) {
      voter.transport.serve(
          channel,
          (peer, body) -> {
            heard.add(channel);
            return body;
          });
    }
    wire = TcpRelay.plain(LinkAddress.parse(voter.listen()).port());
    open.add(wire);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private TestNode node(String name, Role role, LinkSettings settings) {
    TestNode node = new TestNode(vertx, cluster.identity(name, role), cluster.clock, settings);
    open.add(node);
    return node;
  }

  private TestNode linked(LinkSettings settings) throws Exception {
    TestNode worker = node("w1", Role.WORKER, settings);
    worker.transport.dial(voter.id(), List.of("ws://127.0.0.1:" + wire.port()));
    next(worker.ups);
    next(voter.ups);
    return worker;
  }

  @Test
  void smallMessageOvertakesALargeOne() throws Exception {
    TestNode worker = linked(TestNode.QUICK);
    wire.freeze(true); // let it pile up, then see what comes first
    for (int i = 0; i < 3; i++) {
      worker.transport.send(voter.id(), "big", LARGEST);
    }
    worker.transport.send(voter.id(), "small", new byte[10]);
    wire.freeze(false);
    assertThat(next(heard)).isEqualTo("small");
    assertThat(next(heard)).isEqualTo("big");
  }

  @Test
  void fullQueueDropsOnewaysAndRefusesRequestsAndRecovers() throws Exception {
    TestNode worker = linked(TestNode.QUICK);
    wire.freeze(true);
    // The wire's own buffers take some; the rest has to be bounded.
    List<CompletableFuture<byte[]>> answers =
        Stream.generate(() -> worker.transport.request(voter.id(), "big", LARGEST, SOON))
            .limit(20)
            .toList();
    long refused =
        answers.stream()
            .filter(
                answer -> {
                  try {
                    answer.get(50, java.util.concurrent.TimeUnit.MILLISECONDS);
                    return false;
                  } catch (java.util.concurrent.ExecutionException e) {
                    assertThat(e).hasMessageContaining("the queue of the link is full");
                    return true;
                  } catch (Exception e) {
                    return false;
                  }
                })
            .count();
    assertThat(refused).isBetween(10L, 17L);
    wire.freeze(false);
    for (CompletableFuture<byte[]> answer : answers) {
      if (!answer.isCompletedExceptionally()) {
        assertThat(answer.get(20, SECONDS)).hasSize(LARGEST.length);
      }
    }
    assertThat(worker.transport.request(voter.id(), "small", new byte[1], SOON).get(9, SECONDS))
        .hasSize(1);
  }

  @Test
  void slowHandlerHoldsUpNeitherPingsNorOtherChannels() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    voter.transport.serve(
        "stuck",
        (peer, body) -> {
          release.await();
          return body;
        });
    TestNode worker = linked(TestNode.QUICK);
    List<CompletableFuture<byte[]>> stuck = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      worker.transport.send(voter.id(), "stuck", new byte[100]);
      stuck.add(worker.transport.request(voter.id(), "stuck", new byte[0], SOON));
    }
    assertThat(worker.transport.request(voter.id(), "small", new byte[1], SOON).get(9, SECONDS))
        .hasSize(1);
    release.countDown();
    for (CompletableFuture<byte[]> answer : stuck) {
      answer.get(9, SECONDS);
    }
  }

  @Test
  void tooManyRequestsAtOnceAreRefused() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    voter.transport.serve(
        "stuck",
        (peer, body) -> {
          release.await();
          return body;
        });
    TestNode worker = linked(TestNode.QUICK);
    for (int i = 0; i < Requests.IN_FLIGHT_MAX; i++) {
      var _ = worker.transport.request(voter.id(), "stuck", new byte[0], SOON);
    }
    assertThatThrownBy(
            () -> worker.transport.request(voter.id(), "small", new byte[0], SOON).get(9, SECONDS))
        .hasMessageContaining("requests are in flight");
    release.countDown();
  }

  @Test
  void silentConnectionIsClosedWithTheReason() throws Exception {
    LinkSettings impatient =
        new LinkSettings(
            Duration.ofMillis(20),
            Duration.ofMillis(400),
            SOON,
            SOON,
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            Optional.empty());
    TestNode worker = linked(impatient);
    wire.freeze(true); // TCP stays open, nothing comes: as behind a NAT that forgot us
    assertThat(next(worker.downs)).contains("v1: nothing came for");
    wire.freeze(false);
    assertThat(next(worker.ups).node()).isEqualTo(voter.id());
  }
}
