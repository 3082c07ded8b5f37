package dev.ringrift.io.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.trust.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What one node shows another to read one file: signed with its own key, for that node and that
/// file alone, and good for a minute. Whoever gets to see it has got nothing that is of use
/// elsewhere; so it may be shown to rented machines, and over networks that others listen on.
/// Thread-safe.
///
/// `PASS~CREDENTIAL`: the pass is a JWT, and the credential says whose key signed it.
public final class DataPasses {
  /// How long a pass is good.
  public static final Duration LIFE = Duration.ofSeconds(60);

  private static final String SEPARATOR = "~";
  private static final int KEPT_MAX = 4_096;

  /// To whom a pass is shown, and for what.
  private record Use(NodeId holder, ObjectId object) {}

  private record Kept(String pass, long madeMillis) {}

  private final NodeIdentity identity;
  private final Map<Use, Kept> kept = new HashMap<>();

  public DataPasses(NodeIdentity identity) {
    this.identity = identity;
  }

  /// A pass of this node's that is good now and for a while: one that was made lately, or a new
  /// one. For who shows it with many requests.
  ///
  /// @param holder to whom it will be shown
  public synchronized String current(NodeId holder, ObjectId object) {
    long now = identity.clusterMillis();
    Use use = new Use(holder, object);
    Kept known = kept.get(use);
    if (known == null || Math.abs(now - known.madeMillis()) > LIFE.toMillis() / 2) {
      kept.values().removeIf(each -> Math.abs(now - each.madeMillis()) > LIFE.toMillis() / 2);
      if (kept.size() >= KEPT_MAX) {
        kept.clear();
      }
      known = new Kept(issue(holder, object), now);
      kept.put(use, known);
    }
    return known.pass();
  }

  /// Makes a pass of this node's.
  ///
  /// @param holder to whom it will be shown
  public String issue(NodeId holder, ObjectId object) {
    long now = identity.clusterMillis() / 1000;
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", identity.node().value());
    claims.put("aud", holder.value());
    claims.put("obj", object.toString());
    claims.put("iat", now);
    claims.put("exp", now + LIFE.toSeconds());
    return Jwt.sign(Jwt.Kind.DATA_PASS, claims, identity.keys().getPrivate())
        + SEPARATOR
        + identity.grant().credential();
  }

  /// Whether a bearer's text is such a pass, good or not.
  public static boolean isPass(String shown) {
    return shown.contains(SEPARATOR);
  }

  /// The node that may read this file of this node's.
  ///
  /// @throws UserError when the pass is not good
  public NodeId check(String shown, ObjectId object) {
    String[] parts = shown.split(SEPARATOR, -1);
    try {
      if (parts.length == 2) {
        return check(Jwt.parse(Jwt.Kind.DATA_PASS, parts[0]), parts[1], object);
      }
    } catch (IllegalArgumentException e) {
      throw refused("it cannot be read: " + e.getMessage());
    }
    throw refused("it has %d parts".formatted(parts.length));
  }

  private NodeId check(Jwt pass, String shown, ObjectId object) {
    long now = identity.clusterMillis();
    if (!(Signatures.credential(shown, identity.trust(), now)
        instanceof Signatures.Checked.Good good)) {
      throw refused("its credential is not of this cluster");
    }
    Optional<Verdict.Refused> objection = identity.recheck(shown, now);
    if (objection.isPresent()) {
      throw refused(objection.get().detail());
    }
    NodeId node = good.credential().node();
    if (!pass.signedBy(good.credential().key()) || !pass.text("sub").equals(node.value())) {
      throw refused("it is not signed by " + node);
    }
    if (!pass.text("aud").equals(identity.node().value())) {
      throw refused("it is for %s, this is %s".formatted(pass.text("aud"), identity.node()));
    }
    if (!pass.text("obj").equals(object.toString())) {
      throw refused("it is for another file");
    }
    long seconds = now / 1000;
    // The other clock may go before or after this one, by as much as the pass lives.
    if (seconds >= pass.number("exp") + LIFE.toSeconds()
        || seconds < pass.number("iat") - LIFE.toSeconds()
        || pass.number("exp") - pass.number("iat") > LIFE.toSeconds()) {
      throw refused("its time is over");
    }
    return node;
  }

  private static UserError refused(String because) {
    return new UserError(
        "the pass is refused", because, "is the clock right, and the node a member?");
  }
}
