package dev.ringrift.io.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.trust.ClusterTrust;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.core.trust.Delegation;
import dev.ringrift.core.trust.Rights;
import dev.ringrift.core.trust.Scope;
import dev.ringrift.core.trust.Token;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The key of a cluster's operator: what it signs, the cluster believes. It never leaves the
/// operator's machine. Thread-safe.
public final class OperatorKey {
  /// How long what the operator signs for a voter is good.
  public static final Duration VOTER_LIFE = Duration.ofDays(90);

  /// How long a worker's credential is good; workers renew theirs by themselves.
  public static final Duration WORKER_LIFE = Duration.ofDays(7);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String cluster;
  private final KeyPair keys;

  /// @param cluster id of the cluster that it signs for
  public OperatorKey(String cluster, KeyPair keys) {
    this.cluster = cluster;
    this.keys = keys;
  }

  /// Makes the key of a new cluster; an existing file is never overwritten.
  public static OperatorKey create(Path file, String cluster) {
    return new OperatorKey(cluster, KeyFile.create(file));
  }

  /// Reads the key; one that others can read is refused.
  public static OperatorKey load(Path file, String cluster) {
    return new OperatorKey(cluster, KeyFile.load(file));
  }

  /// A random id for a new cluster.
  public static String newClusterId() {
    return randomId();
  }

  /// The public half, as text.
  public String publicKey() {
    return Ed25519.text(keys.getPublic());
  }

  /// Signs the credential of a node.
  ///
  /// @param key the node's public key, as text
  public String credential(NodeId node, Role role, String key, Instant now, Duration life) {
    long issued = now.getEpochSecond();
    return Jwt.sign(
        Jwt.Kind.CREDENTIAL,
        Claims.of(
            new Credential(
                cluster, randomId(), node, role, key, "", issued, issued + life.toSeconds())),
        keys.getPrivate());
  }

  /// Gives a voter leave to sign the credentials of workers.
  public String delegation(NodeId voter, String key, Instant now, Duration life) {
    long issued = now.getEpochSecond();
    return Jwt.sign(
        Jwt.Kind.DELEGATION,
        Claims.of(
            new Delegation(cluster, randomId(), voter, key, issued, issued + life.toSeconds())),
        keys.getPrivate());
  }

  /// Signs a bearer token for HTTP.
  ///
  /// @param subject who asked for it, for the log
  public String token(String subject, Set<Scope> scopes, Instant now, Duration life) {
    long issued = now.getEpochSecond();
    return Jwt.sign(
        Jwt.Kind.TOKEN,
        Claims.of(
            new Token(cluster, randomId(), subject, scopes, issued, issued + life.toSeconds())),
        keys.getPrivate());
  }

  /// Signs the leave to join as a worker, to whoever shows it until it ends.
  public String enrolment(Instant now, Duration life) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("cluster", cluster);
    claims.put("jti", randomId());
    claims.put("role", Role.WORKER.label());
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.getEpochSecond() + life.toSeconds());
    return Jwt.sign(Jwt.Kind.ENROLMENT, claims, keys.getPrivate());
  }

  /// Certifies the cluster's epoch: 1 at its birth, raised by `cluster recover`.
  public String epoch(long epoch, Instant now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("cluster", cluster);
    claims.put("epoch", epoch);
    claims.put("iat", now.getEpochSecond());
    return Jwt.sign(Jwt.Kind.EPOCH, claims, keys.getPrivate());
  }

  /// Hands over to `next`: signed by both keys, so that a node which trusts either follows.
  ///
  /// @param until until when what this key signed stays good: long enough to sign for all voters
  ///     again, or now when this key was stolen
  public String rotation(OperatorKey next, Instant until) {
    Map<String, Object> claims =
        Claims.of(
            new ClusterTrust.Rotation(
                cluster, publicKey(), next.publicKey(), until.getEpochSecond()));
    Map<String, Object> outer = new LinkedHashMap<>(claims);
    outer.put("counter", Jwt.sign(Jwt.Kind.ROTATION, claims, next.keys.getPrivate()));
    return Jwt.sign(Jwt.Kind.ROTATION, outer, keys.getPrivate());
  }

  /// All that a node needs beside its key: signed for its key, so that the text is no secret. The
  /// credential of a voter comes with the leave to sign for workers.
  ///
  /// @param standing the operator's own grant, for the cluster's name, epoch and key changes
  public Grant grant(Grant standing, NodeId node, Role role, String key, Instant now) {
    Duration life = Rights.delegable(role) ? WORKER_LIFE : VOTER_LIFE;
    return new Grant(
        cluster,
        standing.name(),
        publicKey(),
        standing.rotations(),
        standing.epoch(),
        credential(node, role, key, now, life),
        role == Role.VOTER ? delegation(node, key, now, life) : "");
  }

  /// The standing of a newborn cluster: epoch 1, no key changes, no node.
  public Grant birth(String name, Instant now) {
    return new Grant(cluster, name, publicKey(), List.of(), epoch(1, now), "", "");
  }

  static String randomId() {
    byte[] bytes = new byte[12];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
