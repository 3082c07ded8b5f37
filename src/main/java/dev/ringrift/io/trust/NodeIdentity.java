package dev.ringrift.io.trust;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Admission;
import dev.ringrift.core.trust.ClusterTrust;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.core.trust.Hello;
import dev.ringrift.core.trust.Identity;
import dev.ringrift.core.trust.Refusal;
import dev.ringrift.core.trust.TokenJudge;
import dev.ringrift.core.trust.Verdict;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who this node is, from its key and its grant; learns the operator's key changes and, where it is
/// no voter, higher epochs from those it meets, and stores them. Thread-safe.
public final class NodeIdentity implements Identity {
  private final NodeId node;
  private final KeyPair keys;
  private final Clock clock;
  private final Predicate<String> revoked;
  private final Consumer<Grant> store;
  private final String instance = UUID.randomUUID().toString();

  private List<String> addresses;
  private Grant grant;
  private ClusterTrust trust;
  private @Nullable Credential credential;
  private long newestSignedSeconds;
  private long recoveredInto;
  private long toldMillis;
  private long toldAtNanos;

  /// @param node its name, which has to be that of the credential where there is one
  /// @param revoked tells of a `jti` or a node's id whether the ledger says that it was revoked
  /// @param store keeps a changed grant, on disk for a node and nowhere for a command
  public NodeIdentity(
      NodeId node,
      KeyPair keys,
      Grant grant,
      Clock clock,
      Predicate<String> revoked,
      Consumer<Grant> store) {
    this.node = node;
    this.keys = keys;
    this.clock = clock;
    this.revoked = revoked;
    this.store = store;
    this.addresses = List.of();
    this.grant = grant;
    this.trust = trustOf(grant);
    this.credential = own(grant);
    this.toldAtNanos = clock.nanos();
  }

  @Override
  public NodeId node() {
    return node;
  }

  @Override
  public synchronized Optional<Role> role() {
    return Optional.ofNullable(credential).map(Credential::role);
  }

  @Override
  public KeyPair keys() {
    return keys;
  }

  /// Its credential, empty before the first.
  public synchronized Optional<Credential> credential() {
    return Optional.ofNullable(credential);
  }

  /// What it holds now.
  public synchronized Grant grant() {
    return grant;
  }

  /// Whom it trusts now.
  public synchronized ClusterTrust trust() {
    return trust;
  }

  /// The certified epoch that it knows, 0 before the first.
  public synchronized long epoch() {
    return Signatures.epoch(grant.epoch(), trust, clock.wallMillis()).orElse(0L);
  }

  /// That the cluster was recovered without this voter, by the operator's certificate that another
  /// node showed. It must not lead any more, whoever follows it.
  public synchronized Optional<UserError> leftBehind() {
    return recoveredInto <= epoch()
        ? Optional.empty()
        : Optional.of(
            new UserError(
                "voter %s is not of the cluster any more".formatted(node),
                "the cluster was recovered into epoch %d, and this voter is of epoch %d"
                    .formatted(recoveredInto, epoch()),
                "move its data folder away and add it anew: 'ringrift node request' here, then"
                    + " 'ringrift node issue', 'ringrift join' and 'ringrift cluster voters add'"));
  }

  /// The cluster's time: its own clock, but for a worker what voters told it and the time since.
  public synchronized long clusterMillis() {
    long sinceTold = (clock.nanos() - toldAtNanos) / 1_000_000;
    return Admission.judgingMillis(
        role(),
        clock.wallMillis(),
        toldMillis == 0 ? clock.wallMillis() : toldMillis + sinceTold,
        newestSignedSeconds);
  }

  /// Where others can dial this node, told in the hello as a hint.
  public synchronized void addresses(List<String> reachable) {
    addresses = reachable.stream().limit(Hello.ADDRESSES_MAX).toList();
  }

  /// Takes a new grant or renewed credential in use, and stores it first.
  public synchronized void adopt(Grant changed) {
    Credential adopted = own(changed);
    store.accept(changed);
    grant = changed;
    trust = trustOf(changed);
    credential = adopted;
  }

  /// Takes a higher epoch that the operator certified in use; voters learn it from the operator
  /// alone, for a voter of the past must not be able to lead in the new epoch.
  public synchronized void raiseEpoch(String certificate) {
    long raised =
        Signatures.epoch(certificate, trust, clock.wallMillis())
            .orElseThrow(
                () -> new IllegalArgumentException("not an epoch certificate of this cluster"));
    if (raised > epoch()) {
      adopt(grant.withEpoch(certificate));
    }
  }

  /// The judge of bearer tokens for this node's HTTP.
  public TokenJudge tokens() {
    return new Tokens(this, revoked);
  }

  @Override
  public synchronized Hello hello() {
    return new Hello(
        Hello.PROTOCOL,
        grant.cluster(),
        grant.credential(),
        grant.epoch(),
        grant.rotations(),
        clock.wallMillis(),
        addresses,
        instance);
  }

  @Override
  public synchronized Verdict judge(Hello theirs, String linkKey) {
    if (theirs.protocol() < 1) {
      return new Verdict.Refused(
          Refusal.PROTOCOL, "version %d of the protocol".formatted(theirs.protocol()));
    }
    if (!theirs.cluster().equals(grant.cluster())) {
      return new Verdict.Refused(
          Refusal.WRONG_CLUSTER,
          "it is of cluster %s, this is cluster %s".formatted(theirs.cluster(), grant.cluster()));
    }
    ClusterTrust followed = Signatures.follow(trust, theirs.rotations());
    if (theirs.credential().isEmpty()) {
      return role().equals(Optional.of(Role.VOTER))
          ? new Verdict.Enrolling()
          : new Verdict.Refused(Refusal.NOT_SIGNED, "its key is not yet signed by the operator");
    }
    long now =
        Admission.judgingMillis(
            role(), clock.wallMillis(), theirs.wallMillis(), newestSignedSeconds);
    return switch (Signatures.credential(theirs.credential(), followed, now)) {
      case Signatures.Checked.Bad bad -> bad.verdict();
      case Signatures.Checked.Good good -> judge(theirs, linkKey, followed, now, good);
    };
  }

  private Verdict judge(
      Hello theirs, String linkKey, ClusterTrust followed, long now, Signatures.Checked.Good good) {
    Verdict verdict =
        Admission.judge(
            bench(now),
            good.credential(),
            good.delegation(),
            linkKey,
            theirs.wallMillis(),
            clock.wallMillis());
    if (!(verdict instanceof Verdict.Accepted)) {
      return verdict;
    }
    Optional<Verdict.Refused> old = oldEpoch(theirs, followed, good.credential());
    if (old.isPresent()) {
      return old.get();
    }
    learn(theirs, followed, good);
    return verdict;
  }

  @Override
  public synchronized Optional<Verdict.Refused> recheck(String shown, long theirMillis) {
    long now =
        Admission.judgingMillis(role(), clock.wallMillis(), theirMillis, newestSignedSeconds);
    return switch (Signatures.credential(shown, trust, now)) {
      case Signatures.Checked.Bad bad -> Optional.of(bad.verdict());
      case Signatures.Checked.Good good ->
          Admission.recheck(bench(now), good.credential(), good.delegation());
    };
  }

  private Admission.Bench bench(long now) {
    return new Admission.Bench(grant.cluster(), role(), now, revoked);
  }

  /// Of two sides with different epochs, the one behind is refused if it is a voter.
  private Optional<Verdict.Refused> oldEpoch(Hello theirs, ClusterTrust followed, Credential peer) {
    long mine = epoch();
    long their = Signatures.epoch(theirs.epoch(), followed, clock.wallMillis()).orElse(0L);
    if (peer.role() == Role.VOTER && their < mine) {
      return Optional.of(
          new Verdict.Refused(
              Refusal.OLD_EPOCH,
              "voter %s is of epoch %d, the cluster was recovered into epoch %d; add it anew"
                  .formatted(peer.node(), their, mine)));
    }
    boolean voter = role().equals(Optional.of(Role.VOTER));
    if (voter && peer.role() != Role.OPERATOR && their > mine) {
      recoveredInto = their;
      return Optional.of(
          new Verdict.Refused(
              Refusal.OLD_EPOCH,
              "this voter is of epoch %d, the cluster was recovered into epoch %d without it"
                  .formatted(mine, their)));
    }
    return Optional.empty();
  }

  private void learn(Hello theirs, ClusterTrust followed, Signatures.Checked.Good good) {
    newestSignedSeconds = Math.max(newestSignedSeconds, good.signedSeconds());
    if (good.credential().role() == Role.VOTER) {
      toldMillis = theirs.wallMillis();
      toldAtNanos = clock.nanos();
    }
    Grant learned = grant;
    if (!followed.equals(trust)) {
      learned = learned.withRotations(Rotations.merged(learned.rotations(), theirs.rotations()));
    }
    boolean voter = role().equals(Optional.of(Role.VOTER));
    long their = Signatures.epoch(theirs.epoch(), followed, clock.wallMillis()).orElse(0L);
    if (!voter && their > epoch()) {
      learned = learned.withEpoch(theirs.epoch());
    }
    if (!learned.equals(grant)) {
      adopt(learned);
    }
  }

  private @Nullable Credential own(Grant held) {
    if (held.credential().isEmpty()) {
      return null;
    }
    Credential own = Claims.credential(Jwt.parse(Jwt.Kind.CREDENTIAL, held.credential()));
    if (!own.node().equals(node) || !own.key().equals(Ed25519.text(keys.getPublic()))) {
      throw new IllegalArgumentException(
          "the grant is for node %s with key %s, this is node %s with key %s"
              .formatted(own.node(), own.key(), node, Ed25519.text(keys.getPublic())));
    }
    if (own.byOperator()) {
      newestSignedSeconds = Math.max(newestSignedSeconds, own.issuedSeconds());
    }
    return own;
  }

  private static ClusterTrust trustOf(Grant held) {
    return Signatures.follow(
        new ClusterTrust(held.cluster(), held.operatorKey(), List.of()), held.rotations());
  }
}
