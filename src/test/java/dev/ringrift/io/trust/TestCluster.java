package dev.ringrift.io.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A cluster's operator and its identities, in memory.
public final class TestCluster {
  public static final Instant BIRTH = Instant.parse("2030-01-01T00:00:00Z");

  public final String id;
  public final HandClock clock = new HandClock(BIRTH.toEpochMilli());
  public final Set<String> revoked = ConcurrentHashMap.newKeySet();
  public OperatorKey operator;
  public Grant standing;

  public TestCluster(String id) {
    this.id = id;
    this.operator = new OperatorKey(id, Ed25519.generate());
    this.standing = operator.birth("test", BIRTH);
  }

  /// An identity that the operator signed.
  public NodeIdentity identity(String node, Role role) {
    return identity(node, role, clock);
  }

  public NodeIdentity identity(String node, Role role, HandClock its) {
    KeyPair keys = Ed25519.generate();
    NodeId name = new NodeId(node);
    Grant grant =
        operator.grant(
            standing, name, role, Ed25519.text(keys.getPublic()), Instant.ofEpochMilli(now()));
    return of(node, keys, grant, its);
  }

  /// An identity whose credential says what it likes.
  public NodeIdentity holding(String node, KeyPair keys, String credential) {
    return of(node, keys, standing.withCredential(credential), clock);
  }

  public NodeIdentity of(String node, KeyPair keys, Grant grant, HandClock its) {
    return new NodeIdentity(new NodeId(node), keys, grant, its, revoked::contains, changed -> {});
  }

  /// A machine that has only a join token.
  public NodeIdentity newcomer(String node, JoinToken token) {
    return of(node, Ed25519.generate(), token.unsigned(), clock);
  }

  public JoinToken joinToken(Duration life) {
    return new JoinToken(
        id,
        operator.publicKey(),
        java.util.List.of("ws://127.0.0.1:1"),
        operator.enrolment(Instant.ofEpochMilli(now()), life));
  }

  public Issuer issuer(NodeIdentity voter) {
    return new Issuer(voter, clock, revoked::contains, node -> node.value().startsWith("taken"));
  }

  public long now() {
    return clock.wallMillis();
  }
}
