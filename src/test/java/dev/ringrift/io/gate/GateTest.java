package dev.ringrift.io.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringrift.core.trust.Caller;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GateTest {
  private final Gate gate =
      new Gate(Set.of("Box.lan"), jwt -> Caller.token("ci", Set.of(Caller.ADMIN)));

  private static Gate.Sender from(String ip, String host, String token) {
    return new Gate.Sender(
        Door.DIRECT,
        ip,
        Optional.of(host),
        Optional.empty(),
        Optional.of(token).filter(text -> !text.isEmpty()));
  }

  @Test
  void theTailnetIsKnownByItsAddressAndOthersAreNot() {
    assertThat(gate.byAddress(from("100.64.0.9", "100.64.0.7:8770", "")).kind())
        .isEqualTo(Caller.Kind.TAILNET);
    assertThat(gate.byAddress(from("fd7a:115c:a1e0::9", "box.lan:8770", "")).kind())
        .isEqualTo(Caller.Kind.TAILNET);
    assertThat(gate.byAddress(from("192.168.1.4", "192.168.1.7", "")).mayRead()).isFalse();
  }

  @Test
  void aTokenIsTakenOverPrivateNetworksButNotInClearOverPublicOnes() {
    for (String ip : new String[] {"127.0.0.1", "192.168.1.4", "100.64.0.9"}) {
      assertThat(gate.admit(from(ip, "x.example", "Bearer t"), false).mayAdmin()).isTrue();
    }
    Barred error =
        catchThrowableOfType(
            Barred.class, () -> gate.admit(from("8.8.8.8", "x", "Bearer t"), false));
    assertThat(error.status()).isEqualTo(403);
    assertThat(error.error().text()).contains("in clear over a public address", "revoke");
  }

  @Test
  void behindATunnelOnlyTokensCount() {
    Gate.Sender local =
        new Gate.Sender(
            Door.TUNNEL, "127.0.0.1", Optional.of("localhost"), Optional.empty(), Optional.empty());
    assertThat(gate.byAddress(local).maySeeStatus()).isFalse();
  }

  @Test
  void anAddressWithoutAHostIsNotBelieved() {
    Gate.Sender bare =
        new Gate.Sender(
            Door.DIRECT, "127.0.0.1", Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(catchThrowableOfType(Barred.class, () -> gate.byAddress(bare))).isNotNull();
  }
}
