package dev.ringrift.io.link;

import java.time.Duration;
import java.util.Optional;

/// How links behave in time, and through which proxy they go out.
///
/// @param pingEvery how often the round trip is measured
/// @param silenceMax how long nothing may come before the link is closed as dead; above the gaps
///     of a TCP connection that loses packets, or a slow link would never stay open
/// @param handshakeMax how long TLS and the hellos may take
/// @param connectMax how long TCP, the proxy and the WebSocket may take
/// @param redialMin the first pause after all addresses failed
/// @param redialMax the longest pause
/// @param recheckEvery how often open links are judged again
public record LinkSettings(
    Duration pingEvery,
    Duration silenceMax,
    Duration handshakeMax,
    Duration connectMax,
    Duration redialMin,
    Duration redialMax,
    Duration recheckEvery,
    Optional<SocksProxy> proxy) {
  /// As used by agents.
  public static final LinkSettings STANDARD =
      new LinkSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Optional.empty());

  /// The same through a proxy.
  public LinkSettings through(SocksProxy socks) {
    return new LinkSettings(
        pingEvery,
        silenceMax,
        handshakeMax,
        connectMax,
        redialMin,
        redialMax,
        recheckEvery,
        Optional.of(socks));
  }
}
