package dev.ringrift.io.data.swarm;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// What an engine has to know of its node.
///
/// @param proxy of all connections but those to this machine
/// @param tls whose certificates are trusted
/// @param patience after this time without one verified piece a fetch fails
/// @param connectionsMax to one source, 1 to 16
public record SwarmSettings(
    Optional<Proxy> proxy, SSLContext tls, Duration patience, int connectionsMax) {
  private static final int CONNECTIONS_MAX = 16;

  /// Without a proxy; the certificates that Java trusts.
  public static SwarmSettings direct() {
    try {
      return new SwarmSettings(
          Optional.empty(), SSLContext.getDefault(), Duration.ofMinutes(2), CONNECTIONS_MAX);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  /// The same through a proxy.
  public SwarmSettings through(Proxy through) {
    return new SwarmSettings(Optional.of(through), tls, patience, connectionsMax);
  }
}
