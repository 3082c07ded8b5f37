package dev.ringrift.io.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.trust.Refusal;
import dev.ringrift.core.trust.Scope;
import dev.ringrift.core.trust.TokenJudge;
import dev.ringrift.core.trust.Verdict;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeIdentityTest {
  private final TestCluster cluster = new TestCluster("c1");

  private static String key(NodeIdentity identity) {
    return Ed25519.text(identity.keys().getPublic());
  }

  private static Verdict meets(NodeIdentity judge, NodeIdentity other) {
    return judge.judge(other.hello(), key(other));
  }

  private static void refused(Verdict verdict, Refusal reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  private Instant now() {
    return Instant.ofEpochMilli(cluster.now());
  }

  private void replaceOperatorKey(Duration overlap) {
    OperatorKey next = new OperatorKey(cluster.id, Ed25519.generate());
    cluster.standing =
        Rotations.replace(cluster.standing, cluster.operator, next, now().plus(overlap));
    cluster.operator = next;
  }

  @Test
  void membersAcceptEachOther() {
    NodeIdentity voter = cluster.identity("v1", Role.VOTER);
    NodeIdentity worker = cluster.identity("w1", Role.WORKER);
    assertThat(meets(voter, worker)).isInstanceOf(Verdict.Accepted.class);
    assertThat(meets(worker, voter)).isInstanceOf(Verdict.Accepted.class);
    refused(meets(worker, cluster.identity("w2", Role.WORKER)), Refusal.WRONG_ROLE);
  }

  @Test
  void strangersSignatureIsRefused() {
    NodeIdentity voter = cluster.identity("v1", Role.VOTER);
    TestCluster forger = new TestCluster("c1"); // same id, another operator's key
    refused(meets(voter, forger.identity("w1", Role.WORKER)), Refusal.BAD_SIGNATURE);
    refused(meets(voter, new TestCluster("c2").identity("w1", Role.WORKER)), Refusal.WRONG_CLUSTER);
  }

  @Test
  void unsignedKeyIsRefusedByWorkersAndMayEnrolAtVoters() {
    NodeIdentity newcomer = cluster.newcomer("w1", cluster.joinToken(Duration.ofHours(1)));
    refused(meets(cluster.identity("w2", Role.WORKER), newcomer), Refusal.NOT_SIGNED);
    assertThat(meets(cluster.identity("v1", Role.VOTER), newcomer))
        .isInstanceOf(Verdict.Enrolling.class);
    assertThat(meets(newcomer, cluster.identity("v1", Role.VOTER)))
        .isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void grantForAnotherNodeOrKeyIsNotTaken() {
    NodeIdentity voter = cluster.identity("v1", Role.VOTER);
    assertThatThrownBy(() -> cluster.of("v2", voter.keys(), voter.grant(), cluster.clock))
        .hasMessageContaining("this is node v2");
    assertThatThrownBy(() -> cluster.of("v1", Ed25519.generate(), voter.grant(), cluster.clock))
        .hasMessageContaining("the grant is for node v1");
  }

  @Test
  void workerWithAWrongClockJudgesByTheTimeOfVoters() {
    NodeIdentity voter = cluster.identity("v1", Role.VOTER);
    HandClock stuckIn1970 = new HandClock(0);
    HandClock farAhead = new HandClock(Instant.parse("2090-01-01T00:00:00Z").toEpochMilli());
    for (HandClock wrong : new HandClock[] {stuckIn1970, farAhead}) {
      NodeIdentity worker = cluster.identity("w1", Role.WORKER, wrong);
      assertThat(meets(worker, voter)).isInstanceOf(Verdict.Accepted.class);
      assertThat(worker.clusterMillis()).isBetween(cluster.now(), cluster.now() + 60_000);
      assertThat(meets(voter, worker))
          .isInstanceOfSatisfying(
              Verdict.Accepted.class,
              accepted -> assertThat(accepted.warning()).contains("the clock of w1"));
    }
  }

  @Test
  void voterFromBeforeARecoveryIsRefusedAndWorkersLearnTheNewEpoch() {
    NodeIdentity old = cluster.identity("v2", Role.VOTER);
    NodeIdentity survivor = cluster.identity("v1", Role.VOTER);
    NodeIdentity worker = cluster.identity("w1", Role.WORKER);
    survivor.raiseEpoch(cluster.operator.epoch(2, now()));

    assertThat(meets(worker, survivor)).isInstanceOf(Verdict.Accepted.class);
    assertThat(worker.epoch()).isEqualTo(2);
    refused(meets(worker, old), Refusal.OLD_EPOCH);
    refused(meets(survivor, old), Refusal.OLD_EPOCH);
    refused(meets(old, survivor), Refusal.OLD_EPOCH);
    refused(meets(old, worker), Refusal.OLD_EPOCH);
    assertThat(old.epoch()).as("a voter does not learn it from links").isEqualTo(1);
  }

  @Test
  void epochOfAnotherSignerIsNotTaken() {
    NodeIdentity voter = cluster.identity("v1", Role.VOTER);
    String forged = new TestCluster("c1").operator.epoch(9, now());
    assertThatThrownBy(() -> voter.raiseEpoch(forged)).isInstanceOf(IllegalArgumentException.class);
    assertThat(voter.epoch()).isEqualTo(1);
  }

  @Test
  void replacedOperatorKeyIsFollowedFromHelloToHello() {
    NodeIdentity worker = cluster.identity("w1", Role.WORKER);
    NodeIdentity oldVoter = cluster.identity("v1", Role.VOTER);
    replaceOperatorKey(Duration.ofDays(30));
    NodeIdentity newVoter = cluster.identity("v2", Role.VOTER);

    assertThat(meets(worker, newVoter)).isInstanceOf(Verdict.Accepted.class);
    assertThat(worker.trust().operatorKey()).isEqualTo(cluster.operator.publicKey());
    assertThat(meets(newVoter, worker))
        .as("old one within overlap")
        .isInstanceOf(Verdict.Accepted.class);
    assertThat(meets(newVoter, oldVoter)).isInstanceOf(Verdict.Accepted.class);

    cluster.clock.forward(Duration.ofDays(31));
    refused(meets(newVoter, oldVoter), Refusal.NOT_SIGNED);
    // What it learned is in its grant, and holds after a restart.
    NodeIdentity again = cluster.of("w1", worker.keys(), worker.grant(), cluster.clock);
    assertThat(again.trust()).isEqualTo(worker.trust());
  }

  @Test
  void stolenOperatorKeyIsRefusedAtOnceWhenReplacedWithoutOverlap() {
    NodeIdentity voter = cluster.identity("v1", Role.VOTER);
    OperatorKey stolen = cluster.operator;
    replaceOperatorKey(Duration.ZERO);
    KeyPair keys = Ed25519.generate();
    NodeId thief = new NodeId("v9");
    NodeIdentity forged =
        cluster.holding(
            "v9",
            keys,
            stolen.credential(
                thief, Role.VOTER, Ed25519.text(keys.getPublic()), now(), Duration.ofDays(1)));
    NodeIdentity fresh = cluster.identity("v1", Role.VOTER);

    refused(meets(fresh, forged), Refusal.NOT_SIGNED);
    assertThat(meets(voter, fresh)).isInstanceOf(Verdict.Accepted.class);
    refused(meets(voter, forged), Refusal.NOT_SIGNED);
  }

  @Test
  void rotationNeedsBothKeys() {
    NodeIdentity worker = cluster.identity("w1", Role.WORKER);
    TestCluster thief = new TestCluster("c1");
    // The thief has a key of its own and neither of ours.
    OperatorKey next = new OperatorKey("c1", Ed25519.generate());
    thief.standing =
        Rotations.replace(thief.standing, thief.operator, next, now().plus(Duration.ofDays(30)));
    thief.operator = next;
    refused(meets(worker, thief.identity("v1", Role.VOTER)), Refusal.BAD_SIGNATURE);
    assertThat(worker.trust().operatorKey()).isEqualTo(cluster.operator.publicKey());
  }

  @Test
  void lostOperatorKeyIsReplacedByHand() {
    NodeIdentity worker = cluster.identity("w1", Role.WORKER);
    TestCluster refounded = new TestCluster("c1");
    refused(meets(worker, refounded.identity("v1", Role.VOTER)), Refusal.BAD_SIGNATURE);
    Grant byHand = Rotations.refound(worker.grant(), refounded.operator.publicKey());
    NodeIdentity again = cluster.of("w1", worker.keys(), byHand, cluster.clock);
    assertThat(meets(again, refounded.identity("v1", Role.VOTER)))
        .isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void tokensAreJudgedBySignatureTimeRevocationAndScope() {
    TokenJudge voter = cluster.identity("v1", Role.VOTER).tokens();
    TokenJudge worker = cluster.identity("w1", Role.WORKER).tokens();
    String token = cluster.operator.token("ci", Set.of(Scope.SUBMIT), now(), Duration.ofDays(1));

    assertThat(voter.judge(token, Scope.SUBMIT)).isInstanceOf(TokenJudge.Ruling.Allowed.class);
    denied(voter.judge(token, Scope.ADMIN), Refusal.WRONG_ROLE);
    denied(worker.judge(token, Scope.SUBMIT), Refusal.WRONG_ROLE);
    assertThat(worker.judge(token, Scope.READ)).isInstanceOf(TokenJudge.Ruling.Allowed.class);
    denied(voter.judge("nonsense", Scope.READ), Refusal.BAD_SIGNATURE);
    denied(
        voter.judge(
            new TestCluster("c1")
                .operator.token("x", Set.of(Scope.ADMIN), now(), Duration.ofDays(1)),
            Scope.READ),
        Refusal.BAD_SIGNATURE);
    String id = ((TokenJudge.Ruling.Allowed) voter.judge(token)).token().id();
    cluster.revoked.add(id);
    denied(voter.judge(token, Scope.READ), Refusal.REVOKED);
    cluster.revoked.clear();
    cluster.clock.forward(Duration.ofDays(2));
    denied(voter.judge(token, Scope.READ), Refusal.EXPIRED);
  }

  private static void denied(TokenJudge.Ruling ruling, Refusal reason) {
    assertThat(ruling)
        .isInstanceOfSatisfying(
            TokenJudge.Ruling.Denied.class,
            denied -> assertThat(denied.reason()).isEqualTo(reason));
  }
}
