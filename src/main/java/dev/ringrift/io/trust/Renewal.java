package dev.ringrift.io.trust;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// Renews the credential of a worker over its links in the last third of its life. To be called
/// every few minutes.
public final class Renewal {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final Transport transport;
  private final NodeIdentity identity;
  private final Supplier<? extends Collection<NodeId>> voters;
  private final Runnable changed;

  /// @param voters whom to ask, those with a link
  /// @param changed called after a new credential is in use and stored: shows it on open links
  public Renewal(
      Transport transport,
      NodeIdentity identity,
      Supplier<? extends Collection<NodeId>> voters,
      Runnable changed) {
    this.transport = transport;
    this.identity = identity;
    this.voters = voters;
    this.changed = changed;
  }

  /// Renews where it is time to, asking one voter after the other. Blocks.
  ///
  /// @return what a person should know: nobody renewed it, or a voter's own nears its end
  public Optional<String> renewIfDue() {
    Optional<Credential> held = identity.credential();
    if (held.isEmpty() || !held.get().renewalDue(identity.clusterMillis())) {
      return Optional.empty();
    }
    if (held.get().role() != Role.WORKER) {
      long hours = (held.get().expiresSeconds() - identity.clusterMillis() / 1000) / 3600;
      return Optional.of(
          "the credential of %s ends in %d h; run 'ringrift node request' here, and 'ringrift node issue' where the operator's key is"
              .formatted(identity.node(), hours));
    }
    List<String> reasons = new ArrayList<>();
    for (NodeId voter : voters.get()) {
      try {
        byte[] asked = Json.bytes(new Issuer.Renew(identity.grant().credential()));
        byte[] answer = transport.request(voter, Issuer.RENEW, asked, ANSWER_MAX).join();
        identity.adopt(
            identity.grant().withCredential(Json.read(answer, Issuer.Renew.class).credential()));
        changed.run();
        return Optional.empty();
      } catch (CompletionException e) {
        reasons.add(
            voter + ": " + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
      }
    }
    return Optional.of(
        "no voter renewed the credential of %s: %s".formatted(identity.node(), reasons));
  }
}
