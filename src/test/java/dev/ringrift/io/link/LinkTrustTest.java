package dev.ringrift.io.link;

import static dev.ringrift.io.link.TestNode.next;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Admission;
import dev.ringrift.core.trust.Hello;
import dev.ringrift.core.trust.Identity;
import dev.ringrift.core.trust.Verdict;
import dev.ringrift.io.trust.Ed25519;
import dev.ringrift.io.trust.Enrolment;
import dev.ringrift.io.trust.Grant;
import dev.ringrift.io.trust.Issuer;
import dev.ringrift.io.trust.JoinToken;
import dev.ringrift.io.trust.NodeIdentity;
import dev.ringrift.io.trust.OperatorKey;
import dev.ringrift.io.trust.Renewal;
import dev.ringrift.io.trust.TestCluster;
import io.vertx.core.Vertx;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkTrustTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static Vertx vertx;

  private final TestCluster cluster = new TestCluster("c1");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final NodeIdentity voterIdentity = cluster.identity("v1", Role.VOTER);
  private final BlockingQueue<Thread> judges = new LinkedBlockingQueue<>();
  private TestNode voter;
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
    voter = node(new Judge(voterIdentity, voterIdentity.keys(), judges));
    voter.transport.serve("echo", (peer, body) -> body);
    Issuer issuer = cluster.issuer(voterIdentity);
    voter.transport.serve(Issuer.RENEW, issuer::renew);
    voter.transport.serveEnrolment(Issuer.ENROL, issuer::enrol);
    address = voter.listen();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private TestNode node(Identity identity) {
    TestNode node = new TestNode(vertx, identity, cluster.clock);
    open.add(node);
    return node;
  }

  private String refusal(Identity identity) throws Exception {
    TestNode dialler = node(identity);
    dialler.transport.dial(voter.id(), List.of(address));
    String reason = next(dialler.failures).getFirst();
    assertThat(voter.ups).isEmpty();
    assertThat(dialler.ups).isEmpty();
    return reason;
  }

  private TestNode linked(NodeIdentity identity) throws Exception {
    TestNode worker = node(identity);
    worker.transport.dial(voter.id(), List.of(address));
    assertThat(next(worker.ups).node()).isEqualTo(voter.id());
    assertThat(next(voter.ups).node()).isEqualTo(worker.id());
    return worker;
  }

  @Test
  void otherClusterIsToldSo() throws Exception {
    assertThat(refusal(new TestCluster("c2").identity("w1", Role.WORKER)))
        .contains("refused: wrong cluster");
  }

  @Test
  void forgedCredentialIsToldSo() throws Exception {
    assertThat(refusal(new TestCluster("c1").identity("w1", Role.WORKER)))
        .contains("bad signature");
  }

  @Test
  void wrongRoleIsToldSo() throws Exception {
    TestNode worker = node(cluster.identity("w1", Role.WORKER));
    TestNode other = node(cluster.identity("w2", Role.WORKER));
    other.transport.dial(worker.id(), List.of(worker.listen()));
    assertThat(next(other.failures).getFirst()).contains("wrong role");
  }

  @Test
  void expiredCredentialIsToldSo() throws Exception {
    NodeIdentity worker = cluster.identity("w1", Role.WORKER);
    cluster.clock.forward(OperatorKey.WORKER_LIFE);
    assertThat(refusal(worker)).contains("refused: expired");
  }

  @Test
  void revokedNodeIsToldSo() throws Exception {
    cluster.revoked.add("w1");
    assertThat(refusal(cluster.identity("w1", Role.WORKER))).contains("refused: revoked");
  }

  @Test
  void replayedHelloIsToldSo() throws Exception {
    // Somebody who has seen the worker's hello, and has a key of their own.
    NodeIdentity worker = cluster.identity("w1", Role.WORKER);
    assertThat(refusal(Judge.thief(worker))).contains("refused: replayed");
  }

  @Test
  void unsignedNodeMayNotLinkWithAVoterThatDoesNotEnrol() throws Exception {
    TestNode other = node(cluster.identity("v2", Role.VOTER));
    String there = other.listen();
    TestNode newcomer = node(cluster.newcomer("w1", cluster.joinToken(SOON)));
    newcomer.transport.dial(other.id(), List.of(there));
    assertThat(next(newcomer.failures).getFirst()).contains("refused: not signed");
  }

  @Test
  void ownAddressIsToldSo() throws Exception {
    voter.transport.dial(new NodeId("v2"), List.of(address));
    assertThat(next(voter.failures).getFirst()).contains("reaches node v1, not v2");
    voter.transport.connect(List.of(address), SOON).exceptionally(failure -> null).get(9, SECONDS);
    assertThat(voter.ups).isEmpty();
  }

  @Test
  void secondAgentWithTheSameNameIsRefusedWhileTheFirstIsHere() throws Exception {
    linked(cluster.identity("w1", Role.WORKER));
    TestNode second = node(cluster.identity("w1", Role.WORKER));
    second.transport.dial(voter.id(), List.of(address));
    assertThat(next(second.failures).getFirst()).contains("another agent is here");
  }

  @Test
  void manInTheMiddleWhoEndsTlsGetsNowhere() throws Exception {
    Wiretap tap = Wiretap.dishonest(vertx, address);
    open.add(tap);
    TestNode worker = node(cluster.identity("w1", Role.WORKER));
    worker.transport.dial(voter.id(), List.of(tap.address()));
    assertThat(next(worker.failures).getFirst()).contains("replayed");
    assertThat(tap.plainBytes.get()).as("it did come between").isPositive();
    assertThat(voter.ups).isEmpty();
  }

  @Test
  void honestRelayIsNoObstacle() throws Exception {
    Wiretap relay = Wiretap.honest(vertx, address);
    open.add(relay);
    TestNode worker = node(cluster.identity("w1", Role.WORKER));
    worker.transport.dial(voter.id(), List.of(relay.address()));
    assertThat(next(worker.ups).node()).isEqualTo(voter.id());
    byte[] back =
        worker.transport.request(voter.id(), "echo", "hi".getBytes(UTF_8), SOON).get(9, SECONDS);
    assertThat(new String(back, UTF_8)).isEqualTo("hi");
  }

  @Test
  void revocationClosesTheLink() throws Exception {
    TestNode worker = linked(cluster.identity("w1", Role.WORKER));
    TestNode other = linked(cluster.identity("w2", Role.WORKER));
    cluster.revoked.add("w1");
    voter.transport.recheck();
    assertThat(next(voter.downs)).contains("w1: revoked");
    assertThat(next(worker.downs)).contains("revoked");
    assertThat(next(worker.failures).getFirst()).contains("revoked");
    assertThat(voter.transport.connected()).containsExactly(other.id());
  }

  @Test
  void openLinkOutlivesItsCredentialForTheGrace() throws Exception {
    TestNode worker = linked(cluster.identity("w1", Role.WORKER));
    cluster.clock.forward(OperatorKey.WORKER_LIFE.plusHours(1));
    voter.transport.recheck();
    worker.transport.request(voter.id(), "echo", new byte[0], SOON).get(9, SECONDS);
    cluster.clock.forward(Admission.EXPIRY_GRACE);
    voter.transport.recheck();
    assertThat(next(voter.downs)).contains("w1: expired");
  }

  @Test
  void newMachineEnrolsAndThenLinksAsAWorker() throws Exception {
    JoinToken token = JoinToken.parse(cluster.joinToken(Duration.ofHours(1)).line());
    NodeIdentity identity = cluster.newcomer("w1", token);
    TestNode machine = node(identity);
    Peer found = machine.transport.connect(List.of(address), SOON).get(9, SECONDS);
    assertThatThrownBy(
            () ->
                machine.transport.request(found.node(), "echo", new byte[0], SOON).get(9, SECONDS))
        .hasMessageContaining("not signed");
    assertThat(voter.ups).as("not a member yet").isEmpty();

    Enrolment.enrol(machine.transport, found, token, identity, "", SOON);
    assertThat(identity.role()).contains(Role.WORKER);
    machine.close();
    linked(identity);
  }

  @Test
  void failedEnrolmentSaysWhy() throws Exception {
    JoinToken token = cluster.joinToken(Duration.ofHours(1));
    cluster.clock.forward(Duration.ofHours(2));
    NodeIdentity identity = cluster.newcomer("w1", token);
    TestNode machine = node(identity);
    Peer found = machine.transport.connect(List.of(address), SOON).get(9, SECONDS);
    assertThatThrownBy(() -> Enrolment.enrol(machine.transport, found, token, identity, "", SOON))
        .isInstanceOfSatisfying(
            UserError.class,
            error -> assertThat(error.because()).contains("expired").contains("join token"));
  }

  @Test
  void joinTokenIsNotShownToAStranger() throws Exception {
    TestCluster stranger = new TestCluster("c1");
    TestNode fake = node(stranger.identity("v1", Role.VOTER));
    fake.transport.serveEnrolment(
        Issuer.ENROL,
        (key, body) -> {
          throw new AssertionError("it was told the secret");
        });
    TestNode machine = node(cluster.newcomer("w1", cluster.joinToken(Duration.ofHours(1))));
    assertThatThrownBy(
            () -> machine.transport.connect(List.of(fake.listen()), SOON).get(9, SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            UserError.class, error -> assertThat(error.because()).contains("bad signature"));
  }

  @Test
  void credentialRenewsItselfOverTheLinkWhichStaysUp() throws Exception {
    List<Grant> stored = new ArrayList<>();
    NodeIdentity first = cluster.identity("w1", Role.WORKER);
    NodeIdentity identity =
        new NodeIdentity(
            first.node(),
            first.keys(),
            first.grant(),
            cluster.clock,
            cluster.revoked::contains,
            stored::add);
    TestNode worker = linked(identity);
    Renewal renewal =
        new Renewal(
            worker.transport,
            identity,
            worker.transport::connected,
            worker.transport::credentialChanged);
    assertThat(renewal.renewIfDue()).isEmpty();
    assertThat(stored).isEmpty();

    cluster.clock.forward(Duration.ofDays(5));
    // The worker tells the time by what the voter said, and the time since: link again.
    worker.transport.hangUp(voter.id());
    next(worker.downs);
    next(voter.downs);
    worker.transport.dial(voter.id(), List.of(address));
    next(worker.ups);
    next(voter.ups);
    judges.clear();
    assertThat(renewal.renewIfDue()).isEmpty();
    next(judges).join(); // it is judged beside the link's other frames
    assertThat(stored).hasSize(1);
    assertThat(identity.credential().orElseThrow().issuer()).isEqualTo("v1");

    // Past the old one's end and its grace: the link was shown the new one and stays.
    worker.transport.request(voter.id(), "echo", new byte[0], SOON).get(9, SECONDS);
    cluster.clock.forward(Duration.ofDays(4));
    voter.transport.recheck();
    worker.transport.request(voter.id(), "echo", new byte[0], SOON).get(9, SECONDS);
    assertThat(voter.downs).isEmpty();
  }

  @Test
  void renewalThatNobodyGrantsSaysWhy() throws Exception {
    NodeIdentity identity = cluster.identity("w1", Role.WORKER);
    cluster.clock.forward(Duration.ofDays(5));
    TestNode worker = linked(identity);
    Renewal renewal =
        new Renewal(
            worker.transport,
            identity,
            worker.transport::connected,
            worker.transport::credentialChanged);
    cluster.revoked.add("w1");
    assertThat(renewal.renewIfDue())
        .hasValueSatisfying(problem -> assertThat(problem).contains("v1: revoked"));
  }

  /// Another's words and judgement; notes the threads on which it judges.
  private record Judge(NodeIdentity of, KeyPair keys, BlockingQueue<Thread> judges)
      implements Identity {
    /// Shows another's hello under a key of its own.
    static Judge thief(NodeIdentity of) {
      return new Judge(of, Ed25519.generate(), new LinkedBlockingQueue<>());
    }

    @Override
    public NodeId node() {
      return of.node();
    }

    @Override
    public Optional<Role> role() {
      return of.role();
    }

    @Override
    public Hello hello() {
      return of.hello();
    }

    @Override
    public Verdict judge(Hello theirs, String linkKey) {
      judges.add(Thread.currentThread());
      return of.judge(theirs, linkKey);
    }

    @Override
    public Optional<Verdict.Refused> recheck(String credential, long theirMillis) {
      return of.recheck(credential, theirMillis);
    }
  }
}
