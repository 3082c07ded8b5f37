package dev.ringrift.io.api;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/// Carries calls over links. A voter is believed when it says for whom it asks, an operator's
/// command when it says who gave it; everybody else asks for itself.
public final class ApiOverLinks {
  /// The channel of calls.
  public static final String CHANNEL = "api";

  private ApiOverLinks() {}

  /// Answers the calls that come in; to be called before the first link opens.
  public static void serve(Transport transport, Api api) {
    transport.serve(CHANNEL, (peer, body) -> ApiWire.encode(api.call(ApiWire.call(body, peer))));
  }

  /// Asks `node` in this side's own name.
  ///
  /// @param call of its caller only an operator's name counts: the link proves the rest
  /// @throws Transport.TransportException when no answer comes in time
  public static ApiReply ask(Transport transport, NodeId node, ApiCall call, Duration deadline) {
    try {
      return ApiWire.reply(
          transport.request(node, CHANNEL, ApiWire.encode(call, true), deadline).join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof Transport.TransportException known) {
        throw known;
      }
      throw e;
    }
  }
}
