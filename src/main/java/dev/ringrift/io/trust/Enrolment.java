package dev.ringrift.io.trust;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/// How a new machine gets its first credential, over a link on which it can do nothing else.
public final class Enrolment {
  private Enrolment() {}

  /// Asks `voter` by the leave of `token`, and takes the grant in use. Blocks.
  ///
  /// @param previous the credential of an earlier time of this node, or empty
  public static void enrol(
      Transport transport,
      Peer voter,
      JoinToken token,
      NodeIdentity identity,
      String previous,
      Duration deadline) {
    byte[] asked = Json.bytes(new Issuer.Enrol(token.secret(), identity.node(), previous));
    byte[] answer;
    try {
      answer = transport.request(voter.node(), Issuer.ENROL, asked, deadline).join();
    } catch (CompletionException e) {
      throw new UserError(
          "voter %s did not let this machine join".formatted(voter.node()),
          String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          "if the token has ended, make a new one with 'ringrift join-token'");
    }
    Grant grant = Grant.read(answer);
    if (!grant.cluster().equals(token.cluster())) {
      throw new UserError(
          "voter %s gave a grant of another cluster".formatted(voter.node()), "", "");
    }
    identity.adopt(grant);
  }
}
