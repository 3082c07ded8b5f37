package dev.ringrift.io.link;

import static dev.ringrift.io.link.TestNode.next;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.trust.TestCluster;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LinkTransportTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static Vertx vertx;

  private final TestCluster cluster = new TestCluster("c1");
  private final List<TestNode> nodes = new ArrayList<>();

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void shut() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, SECONDS);
  }

  @AfterEach
  void close() {
    nodes.forEach(TestNode::close);
  }

  private TestNode node(String name, Role role) {
    TestNode node = new TestNode(vertx, cluster.identity(name, role), cluster.clock);
    nodes.add(node);
    return node;
  }

  private void link(TestNode from, TestNode to) throws Exception {
    from.transport.dial(to.id(), List.of(to.listen()));
    assertThat(next(from.ups)).isEqualTo(new Peer(to.id(), to.identity.role().orElseThrow()));
    assertThat(next(to.ups)).isEqualTo(new Peer(from.id(), from.identity.role().orElseThrow()));
  }

  @Test
  void bothSidesSendAndAskOnOneLink() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    for (TestNode node : nodes) {
      node.transport.serve(
          "echo",
          (peer, body) -> (node.id() + " to " + peer.node() + ": " + text(body)).getBytes(UTF_8));
      node.transport.serve(
          "note",
          (peer, body) -> {
            heard.add(peer.node() + " says " + text(body));
            return new byte[0];
          });
    }
    link(worker, voter);

    assertThat(ask(worker, voter, "echo", "hi")).isEqualTo("v1 to w1: hi");
    assertThat(ask(voter, worker, "echo", "ho")).isEqualTo("w1 to v1: ho");
    worker.transport.send(voter.id(), "note", "a".getBytes(UTF_8));
    assertThat(next(heard)).isEqualTo("w1 says a");
    voter.transport.send(worker.id(), "note", "b".getBytes(UTF_8));
    assertThat(next(heard)).isEqualTo("v1 says b");
    assertThat(voter.transport.connected()).containsExactly(worker.id());
  }

  @Test
  void refusalOfAHandlerReachesTheCaller() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    voter.transport.serve(
        "no",
        (peer, body) -> {
          throw new UserError("not today", "it rains", "wait");
        });
    link(worker, voter);

    assertThatThrownBy(() -> ask(worker, voter, "no", ""))
        .hasRootCauseInstanceOf(Transport.TransportException.class)
        .hasMessageContaining("not today")
        .hasMessageContaining("it rains");
    assertThatThrownBy(() -> ask(worker, voter, "nowhere", ""))
        .hasMessageContaining("nothing here answers channel 'nowhere'");
  }

  @Test
  void requestFailsAtItsDeadline() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    CountDownLatch never = new CountDownLatch(1);
    voter.transport.serve(
        "slow",
        (peer, body) -> {
          never.await();
          return body;
        });
    link(worker, voter);

    assertThatThrownBy(
            () ->
                worker
                    .transport
                    .request(voter.id(), "slow", new byte[0], Duration.ofMillis(100))
                    .get(5, SECONDS))
        .hasMessageContaining("no answer within 100 ms");
    never.countDown();
  }

  @Test
  void requestFailsWhenTheLinkDrops() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    voter.transport.serve(
        "slow",
        (peer, body) -> {
          asked.countDown();
          never.await();
          return body;
        });
    link(worker, voter);

    CompletableFuture<byte[]> answer =
        worker.transport.request(voter.id(), "slow", new byte[0], SOON);
    assertThat(asked.await(5, SECONDS)).isTrue();
    voter.close();
    assertThatThrownBy(() -> answer.get(5, SECONDS)).hasMessageContaining("the link was closed");
    assertThat(next(worker.downs)).contains("v1 stops");
    never.countDown();
  }

  @Test
  void largestBodyComesThroughWhole() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    voter.transport.serve("echo", (peer, body) -> body);
    link(worker, voter);
    byte[] body = new byte[Transport.BODY_BYTES_MAX];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31 + (i >> 12));
    }

    byte[] back = worker.transport.request(voter.id(), "echo", body, SOON).get(10, SECONDS);
    assertThat(Arrays.equals(back, body)).isTrue();
    assertThatThrownBy(() -> worker.transport.send(voter.id(), "echo", new byte[body.length + 1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onewaysOfAChannelKeepTheirOrder() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
    voter.transport.serve(
        "n",
        (peer, body) -> {
          heard.add(Integer.parseInt(text(body).strip()));
          return body;
        });
    link(worker, voter);
    for (int i = 0; i < 200; i++) {
      String text = i + " ".repeat(i % 7 == 0 ? 100_000 : 1); // some in several frames
      worker.transport.send(voter.id(), "n", text.getBytes(UTF_8));
    }
    for (int i = 0; i < 200; i++) {
      assertThat(next(heard)).isEqualTo(i);
    }
  }

  @Test
  void linkComesBackAfterADrop() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    link(worker, voter);
    voter.transport.hangUp(worker.id()); // it did not dial: no effect
    assertThat(voter.transport.connected()).containsExactly(worker.id());

    cluster.revoked.add("w1");
    voter.transport.recheck();
    assertThat(next(worker.downs)).contains("revoked");
    assertThat(next(worker.failures).getFirst()).contains("revoked");
    cluster.revoked.clear();
    assertThat(next(worker.ups).node()).isEqualTo(voter.id());
  }

  @Test
  void linkThatEndsBeforeTlsStandsHoldsNothingUp() throws Exception {
    TestNode worker = node("w1", Role.WORKER);
    CountDownLatch connected = new CountDownLatch(1);
    HttpServer mute =
        vertx
            .createHttpServer()
            .webSocketHandler(
                socket -> {
                  socket.binaryMessageHandler(hello -> connected.countDown()); // and no answer
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(5, SECONDS);
    worker.transport.dial(new NodeId("v1"), List.of("ws://127.0.0.1:" + mute.actualPort()));
    assertThat(connected.await(5, SECONDS)).isTrue();
    worker.close();
    // Every event loop still turns.
    for (int i = 0; i < 8; i++) {
      CountDownLatch turn = new CountDownLatch(1);
      Thread.ofVirtual()
          .start(() -> vertx.getOrCreateContext().runOnContext(now -> turn.countDown()))
          .join();
      assertThat(turn.await(5, SECONDS)).isTrue();
    }
    mute.close();
  }

  @Test
  void hangUpEndsTheLinkForGood() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    link(worker, voter);
    worker.transport.hangUp(voter.id());
    assertThat(next(voter.downs)).contains("w1 hung up");
    assertThat(next(worker.downs)).contains("w1 hung up");
    assertThat(worker.transport.connected()).isEmpty();
  }

  @Test
  void allAddressesAreTriedAndEachReasonIsKept() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode other = node("v2", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    String here = voter.listen();
    String there = other.listen();

    worker.transport.dial(
        voter.id(), List.of("ws://127.0.0.1:1", "http://x", there, "ws://no-such.invalid:1"));
    List<String> reasons = next(worker.failures);
    assertThat(reasons).hasSize(4);
    assertThat(reasons.get(0)).startsWith("ws://127.0.0.1:1: the connection was refused");
    assertThat(reasons.get(1)).contains("no address of an agent");
    assertThat(reasons.get(2)).contains("wrong node").contains("reaches node v2, not v1");
    assertThat(reasons.get(3)).contains("the name is not known");

    worker.transport.dial(voter.id(), List.of("ws://127.0.0.1:1", here));
    assertThat(next(worker.ups).node()).isEqualTo(voter.id());
  }

  @Test
  void commandFindsAVoterWhoseNameItDoesNotKnow() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode command = node("laptop", Role.OPERATOR);
    voter.transport.serve("who", (peer, body) -> peer.role().label().getBytes(UTF_8));

    Peer found =
        command
            .transport
            .connect(List.of("ws://127.0.0.1:1", voter.listen()), SOON)
            .get(9, SECONDS);
    assertThat(found).isEqualTo(new Peer(voter.id(), Role.VOTER));
    assertThat(ask(command, voter, "who", "")).isEqualTo("operator");
    assertThatThrownBy(
            () -> command.transport.connect(List.of("ws://127.0.0.1:1"), SOON).get(9, SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.because()).contains("ws://127.0.0.1:1: "));
  }

  @Test
  void twoLinksBetweenTheSameNodesAreOnePeer() throws Exception {
    TestNode one = node("v1", Role.VOTER);
    TestNode two = node("v2", Role.VOTER);
    link(one, two);
    String address = one.listen();
    two.transport.connect(List.of(address), SOON).get(9, SECONDS);
    one.transport.serve("echo", (peer, body) -> body);
    assertThat(ask(two, one, "echo", "by the newer")).isEqualTo("by the newer");
    one.transport.hangUp(two.id()); // ends the first link; the second goes on

    two.transport.serve("echo", (peer, body) -> body);
    assertThat(ask(one, two, "echo", "still here")).isEqualTo("still here");
    assertThat(one.downs).isEmpty();
    assertThat(one.ups).isEmpty();
  }

  @Test
  void roundTripIsMeasured() throws Exception {
    TestNode voter = node("v1", Role.VOTER);
    TestNode worker = node("w1", Role.WORKER);
    voter.transport.serve("echo", (peer, body) -> body);
    link(worker, voter);
    ask(worker, voter, "echo", "the ping went out before this");
    assertThat(worker.transport.rtt(voter.id()))
        .hasValueSatisfying(rtt -> assertThat(rtt).isBetween(Duration.ZERO, SOON));
    assertThat(worker.transport.rtt(new NodeId("nobody"))).isEmpty();
  }

  private static String ask(TestNode from, TestNode to, String channel, String body)
      throws Exception {
    return text(
        from.transport.request(to.id(), channel, body.getBytes(UTF_8), SOON).get(9, SECONDS));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
