package dev.ringrift.io.trust;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Admission;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.core.trust.Delegation;
import dev.ringrift.core.trust.Refusal;
import dev.ringrift.io.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Signs credentials of workers on a voter, by the leave of the operator: the first one for the
/// bearer of a join token, and the next ones before the old one ends. It cannot make a voter: no
/// other node would take it (`core.trust.Admission`). Thread-safe.
public final class Issuer {
  /// The channel on which a node without a credential may speak.
  public static final String ENROL = "enrol";

  /// The channel on which a worker asks for its next credential.
  public static final String RENEW = "renew";

  /// Names given out lately that are remembered here until the ledger knows them.
  private static final int ENROLLED_MAX = 4096;

  private final NodeIdentity identity;
  private final Clock clock;
  private final Predicate<String> revoked;
  private final Predicate<NodeId> known;
  private final Map<NodeId, String> enrolled =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, String> eldest) {
          return size() > ENROLLED_MAX;
        }
      };

  /// @param identity of this voter
  /// @param revoked tells of a `jti` or a node's id whether it was revoked
  /// @param known whether the ledger has a node of this name
  public Issuer(
      NodeIdentity identity, Clock clock, Predicate<String> revoked, Predicate<NodeId> known) {
    this.identity = identity;
    this.clock = clock;
    this.revoked = revoked;
    this.known = known;
  }

  /// What a new node asks.
  ///
  /// @param secret of the join token
  /// @param previous a credential that this node had, or empty
  record Enrol(String secret, NodeId node, String previous) {}

  /// What a worker asks.
  record Renew(String credential) {}

  /// Answers `ENROL` on a link whose TLS key is `linkKey`: a grant.
  public byte[] enrol(String linkKey, byte[] body) {
    Enrol asked = Json.read(body, Enrol.class);
    checkSecret(asked.secret());
    if (revoked.test(asked.node().value())) {
      throw refused(Refusal.REVOKED, "node %s was revoked".formatted(asked.node()), "");
    }
    synchronized (enrolled) {
      String holder = enrolled.get(asked.node());
      boolean same = linkKey.equals(holder) || wasIts(asked, linkKey);
      if (!same && (holder != null || known.test(asked.node()))) {
        throw new UserError(
            "there is a node '%s' in the cluster already".formatted(asked.node()),
            "two nodes cannot have one name",
            "choose another with --node-id; if it is the same machine, sign it as the operator:"
                + " 'ringrift node request' there, then 'ringrift node issue --role worker'");
      }
      enrolled.put(asked.node(), linkKey);
    }
    Grant own = identity.grant();
    return Json.bytes(
        new Grant(
            own.cluster(),
            own.name(),
            identity.trust().operatorKey(),
            own.rotations(),
            own.epoch(),
            sign(asked.node(), linkKey),
            ""));
  }

  /// Answers `RENEW`: the new credential, for the same node and key.
  public byte[] renew(Peer peer, byte[] body) {
    String shown = Json.read(body, Renew.class).credential();
    if (peer.role() != Role.WORKER) {
      throw refused(
          Refusal.WRONG_ROLE,
          "the credential of a %s is renewed by the operator only".formatted(peer.role().label()),
          "run 'ringrift node request' there, and 'ringrift node issue' where the operator's key is");
    }
    Signatures.Checked.Good good = checked(shown);
    Credential held = good.credential();
    if (!held.node().equals(peer.node()) || held.role() != Role.WORKER) {
      throw refused(
          Refusal.REPLAYED,
          "%s showed the credential of %s".formatted(peer.node(), held.node()),
          "");
    }
    Admission.recheck(
            new Admission.Bench(
                held.cluster(), Optional.of(Role.VOTER), clock.wallMillis(), revoked),
            held,
            good.delegation())
        .ifPresent(
            objection -> {
              throw refused(objection.reason(), objection.detail(), "");
            });
    return Json.bytes(new Renew(sign(held.node(), held.key())));
  }

  private void checkSecret(String secret) {
    long now = clock.wallMillis();
    try {
      Jwt jwt = Jwt.parse(Jwt.Kind.ENROLMENT, secret);
      if (!jwt.text("cluster").equals(identity.trust().cluster())) {
        throw refused(Refusal.WRONG_CLUSTER, "the join token is of another cluster", "");
      }
      if (Signatures.operator(jwt, identity.trust(), now).isPresent()
          || !jwt.text("role").equals(Role.WORKER.label())) {
        throw refused(Refusal.BAD_SIGNATURE, "the join token is not the operator's", "");
      }
      if (revoked.test(jwt.text("jti"))) {
        throw refused(Refusal.REVOKED, "the join token was revoked", "");
      }
      if (now / 1000 >= jwt.number("exp")) {
        throw refused(
            Refusal.EXPIRED, "the join token has ended", "make a new one: ringrift join-token");
      }
    } catch (IllegalArgumentException e) {
      throw refused(Refusal.BAD_SIGNATURE, String.valueOf(e.getMessage()), "");
    }
  }

  /// Whether the node was issued this name before, for the same key: it comes back after its
  /// credential has ended.
  private boolean wasIts(Enrol asked, String linkKey) {
    if (asked.previous().isEmpty()) {
      return false;
    }
    return switch (verified(asked.previous())) {
      case Signatures.Checked.Good(Credential previous, var _, var _) ->
          previous.node().equals(asked.node()) && previous.key().equals(linkKey);
      case Signatures.Checked.Bad _ -> false;
    };
  }

  private Signatures.Checked.Good checked(String credential) {
    return switch (verified(credential)) {
      case Signatures.Checked.Good good -> good;
      case Signatures.Checked.Bad bad ->
          throw refused(bad.verdict().reason(), bad.verdict().detail(), "");
    };
  }

  private Signatures.Checked verified(String credential) {
    return Signatures.credential(credential, identity.trust(), clock.wallMillis());
  }

  private String sign(NodeId node, String key) {
    String leave = identity.grant().delegation();
    if (leave.isEmpty()) {
      throw new UserError(
          "voter %s may not issue credentials".formatted(identity.node()),
          "the operator has given it no leave to",
          "run 'ringrift node issue %s --role voter' again".formatted(identity.node()));
    }
    Delegation delegation = Claims.delegation(Jwt.parse(Jwt.Kind.DELEGATION, leave));
    long now = clock.wallMillis() / 1000;
    long end = Math.min(now + OperatorKey.WORKER_LIFE.toSeconds(), delegation.expiresSeconds());
    if (end <= now) {
      throw new UserError(
          "voter %s may not issue credentials any more".formatted(identity.node()),
          "the operator's leave has ended",
          "run 'ringrift node issue %s --role voter' again".formatted(identity.node()));
    }
    Map<String, Object> claims =
        Claims.of(
            new Credential(
                delegation.cluster(),
                OperatorKey.randomId(),
                node,
                Role.WORKER,
                key,
                identity.node().value(),
                now,
                end));
    claims.put("del", leave);
    return Jwt.sign(Jwt.Kind.CREDENTIAL, claims, identity.keys().getPrivate());
  }

  private static UserError refused(Refusal reason, String detail, String mend) {
    return new UserError(reason.label(), detail, mend);
  }
}
