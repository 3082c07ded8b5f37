package dev.ringrift.io.link;

import static dev.ringrift.io.link.TestNode.next;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.Role;
import dev.ringrift.io.trust.NodeIdentity;
import dev.ringrift.io.trust.TestCluster;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two agents with the same id: a folder that was copied, or a name that was given twice.
class OneIdTest {
  private static final LinkSettings SETTINGS = pinging(Duration.ofSeconds(1));

  private static Vertx vertx;

  private final TestCluster cluster = new TestCluster("c1");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final NodeIdentity identity = cluster.identity("w1", Role.WORKER);
  private TestNode voter;
  private TestNode first;
  private String address;

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
    voter = node(cluster.identity("v1", Role.VOTER), SETTINGS);
    voter.transport.serve("echo", (peer, body) -> body);
    address = voter.listen();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private TestNode node(NodeIdentity who, LinkSettings settings) {
    TestNode node = new TestNode(vertx, who, cluster.clock, settings);
    open.add(node);
    return node;
  }

  private TestNode dial(NodeIdentity who, String at) {
    TestNode node = node(who, SETTINGS);
    node.transport.dial(voter.id(), List.of(at));
    return node;
  }

  private void linkTheFirst(String at) throws Exception {
    first = dial(identity, at);
    next(first.ups);
  }

  private NodeIdentity copy() {
    return cluster.of("w1", identity.keys(), identity.grant(), cluster.clock);
  }

  private static LinkSettings pinging(Duration every) {
    LinkSettings quick = TestNode.QUICK;
    return new LinkSettings(
        every,
        Duration.ofMinutes(1),
        quick.handshakeMax(),
        quick.connectMax(),
        quick.redialMin(),
        quick.redialMax(),
        quick.recheckEvery(),
        quick.proxy());
  }

  private void firstIsUndisturbed() throws Exception {
    byte[] answer =
        first
            .transport
            .request(voter.id(), "echo", "still here".getBytes(UTF_8), Duration.ofSeconds(5))
            .get(9, SECONDS);
    assertThat(answer).asString(UTF_8).isEqualTo("still here");
    assertThat(first.downs).isEmpty();
  }

  @Test
  void aCopyIsToldWhereTheFirstIsAndHowToMend() throws Exception {
    linkTheFirst(address);
    TestNode second = dial(copy(), address);
    assertThat(next(second.failures).getFirst())
        .contains("wrong node: another agent is here as node w1 already, linked from 127.0.0.1:")
        .doesNotContain("another key")
        .contains("stop one of them")
        .contains("--node-id");
    firstIsUndisturbed();
  }

  @Test
  void anotherKeyIsSaid() throws Exception {
    linkTheFirst(address);
    TestNode second = dial(cluster.identity("w1", Role.WORKER), address);
    assertThat(next(second.failures).getFirst())
        .contains("another agent is here as node w1 already")
        .contains("with another key");
    firstIsUndisturbed();
  }

  @Test
  void aSecondLinkOfOneProcessIsNoOtherAgent() throws Exception {
    linkTheFirst(address);
    voter.transport.dial(first.id(), List.of(first.listen()));
    firstIsUndisturbed();
    first.transport.connect(List.of(address), Duration.ofSeconds(5)).get(9, SECONDS);
    firstIsUndisturbed();
  }

  @Test
  void whenTheFirstHasEndedTheOtherIsTaken() throws Exception {
    linkTheFirst(address);
    TestNode second = dial(copy(), address);
    next(second.failures);
    first.close();
    assertThat(next(second.ups).node()).isEqualTo(voter.id());
  }

  @Test
  void aProcessThatIsSilentKeepsNoPlace() throws Exception {
    TcpRelay relay = TcpRelay.plain(LinkAddress.parse(address).port());
    open.add(relay);
    linkTheFirst("ws://127.0.0.1:" + relay.port());
    relay.freeze(true);
    // Its link stays open for a minute, but three pings have not come by then.
    TestNode second = dial(copy(), address);
    assertThat(next(second.ups).node()).isEqualTo(voter.id());
  }
}
