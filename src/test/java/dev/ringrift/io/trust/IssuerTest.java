package dev.ringrift.io.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.core.trust.Refusal;
import dev.ringrift.core.trust.Verdict;
import dev.ringrift.io.json.Json;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IssuerTest {
  private final TestCluster cluster = new TestCluster("c1");
  private final NodeIdentity voter = cluster.identity("v1", Role.VOTER);
  private final Issuer issuer = cluster.issuer(voter);
  private final KeyPair keys = Ed25519.generate();
  private final String key = Ed25519.text(keys.getPublic());
  private final JoinToken token = cluster.joinToken(Duration.ofHours(1));

  private Grant enrol(JoinToken with, String name, String previous) {
    return Grant.read(
        issuer.enrol(key, Json.bytes(new Issuer.Enrol(with.secret(), new NodeId(name), previous))));
  }

  @Test
  void enrolledNodeIsAWorkerThatOthersAccept() {
    NodeIdentity worker = cluster.of("w1", keys, enrol(token, "w1", ""), cluster.clock);
    assertThat(worker.role()).contains(Role.WORKER);
    NodeIdentity otherVoter = cluster.identity("v2", Role.VOTER);
    assertThat(otherVoter.judge(worker.hello(), key)).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void aTakenNameIsNotGivenToWhoeverCannotShowThatItWasTheirs() {
    TestCluster other = new TestCluster("c1"); // the same cluster, by another operator's key
    String unknown = other.identity("taken-2", Role.WORKER).grant().credential();
    String own = enrol(token, "w1", "").credential();
    for (String shown : List.of("", unknown, own)) {
      assertThatThrownBy(() -> enrol(token, "taken-2", shown))
          .isInstanceOfSatisfying(
              UserError.class,
              e ->
                  assertThat(e.text())
                      .contains("there is a node 'taken-2' in the cluster already")
                      .contains("node issue --role worker"));
    }
  }

  @Test
  void voterCannotMakeAVoter() {
    // A stolen voter's key signs what it likes: others do not take it.
    String leave = voter.grant().delegation();
    for (Role role : new Role[] {Role.VOTER, Role.OPERATOR, Role.VIEWER}) {
      Credential forged =
          new Credential(
              "c1",
              "j",
              new NodeId("evil"),
              role,
              key,
              "v1",
              cluster.now() / 1000,
              cluster.now() / 1000 + 60);
      Map<String, Object> claims = Claims.of(forged);
      claims.put("del", leave);
      String signed = Jwt.sign(Jwt.Kind.CREDENTIAL, claims, voter.keys().getPrivate());
      NodeIdentity evil = cluster.holding("evil", keys, signed);
      assertThat(cluster.identity("v2", Role.VOTER).judge(evil.hello(), key))
          .isInstanceOfSatisfying(
              Verdict.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(Refusal.WRONG_ROLE));
      // Nor when it claims that the operator signed.
      claims.put("iss", "operator");
      String claimed = Jwt.sign(Jwt.Kind.CREDENTIAL, claims, voter.keys().getPrivate());
      assertThat(
              cluster
                  .identity("v3", Role.VOTER)
                  .judge(cluster.holding("evil", keys, claimed).hello(), key))
          .isInstanceOfSatisfying(
              Verdict.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(Refusal.BAD_SIGNATURE));
    }
  }

  @Test
  void workerCannotSignForAnybody() {
    NodeIdentity worker = cluster.of("w1", keys, enrol(token, "w1", ""), cluster.clock);
    assertThatThrownBy(
            () ->
                cluster
                    .issuer(worker)
                    .enrol(key, Json.bytes(new Issuer.Enrol(token.secret(), new NodeId("w2"), ""))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("may not issue");
  }

  @Test
  void endedRevokedAndForeignJoinTokensAreRefused() {
    assertThatThrownBy(() -> enrol(new TestCluster("c2").joinToken(Duration.ofHours(1)), "w", ""))
        .hasMessageContaining("wrong cluster");
    assertThatThrownBy(() -> enrol(new TestCluster("c1").joinToken(Duration.ofHours(1)), "w", ""))
        .hasMessageContaining("bad signature");
    cluster.revoked.add(Jwt.parse(Jwt.Kind.ENROLMENT, token.secret()).text("jti"));
    assertThatThrownBy(() -> enrol(token, "w", "")).hasMessageContaining("revoked");
    cluster.revoked.clear();
    cluster.clock.forward(Duration.ofHours(2));
    assertThatThrownBy(() -> enrol(token, "w", "")).hasMessageContaining("expired");
  }

  @Test
  void nameIsGivenOutOnce() {
    Grant first = enrol(token, "w1", "");
    assertThat(enrol(token, "w1", "").cluster()).as("same key again").isEqualTo("c1");
    String otherKey = Ed25519.text(Ed25519.generate().getPublic());
    byte[] asked = Json.bytes(new Issuer.Enrol(token.secret(), new NodeId("w1"), ""));
    assertThatThrownBy(() -> issuer.enrol(otherKey, asked)).hasMessageContaining("w1");
    assertThatThrownBy(() -> enrol(token, "taken-by-the-ledger", ""))
        .hasMessageContaining("taken-by-the-ledger");

    // Another voter, which does not remember, lets it back with its old credential.
    Issuer other = cluster.issuer(cluster.identity("v2", Role.VOTER));
    byte[] back =
        Json.bytes(new Issuer.Enrol(token.secret(), new NodeId("w1"), first.credential()));
    assertThat(Grant.read(other.enrol(key, back)).credential()).isNotEmpty();
  }

  @Test
  void renewalKeepsNodeAndKeyAndLivesLonger() {
    NodeIdentity worker = cluster.of("w1", keys, enrol(token, "w1", ""), cluster.clock);
    long end = worker.credential().orElseThrow().expiresSeconds();
    cluster.clock.forward(Duration.ofDays(5));
    byte[] asked = Json.bytes(new Issuer.Renew(worker.grant().credential()));
    Peer peer = new Peer(new NodeId("w1"), Role.WORKER);
    byte[] answer = issuer.renew(peer, asked);
    worker.adopt(worker.grant().withCredential(Json.read(answer, Issuer.Renew.class).credential()));
    assertThat(worker.credential().orElseThrow().expiresSeconds())
        .isEqualTo(end + Duration.ofDays(5).toSeconds());

    assertThatThrownBy(() -> issuer.renew(new Peer(new NodeId("w2"), Role.WORKER), asked))
        .hasMessageContaining("replayed");
    assertThatThrownBy(() -> issuer.renew(new Peer(new NodeId("w1"), Role.VOTER), asked))
        .hasMessageContaining("wrong role");
    cluster.revoked.add("w1");
    assertThatThrownBy(() -> issuer.renew(peer, asked)).hasMessageContaining("revoked");
  }

  @Test
  void nothingIsSignedBeyondTheLeave() {
    cluster.clock.forward(Duration.ofDays(88));
    JoinToken late = cluster.joinToken(Duration.ofHours(1));
    NodeIdentity worker = cluster.of("w1", keys, enrol(late, "w1", ""), cluster.clock);
    assertThat(worker.credential().orElseThrow().expiresSeconds())
        .isEqualTo(TestCluster.BIRTH.getEpochSecond() + OperatorKey.VOTER_LIFE.toSeconds());
    cluster.clock.forward(Duration.ofDays(2));
    assertThatThrownBy(() -> enrol(cluster.joinToken(Duration.ofHours(1)), "w2", ""))
        .hasMessageContaining("may not issue credentials any more");
  }
}
