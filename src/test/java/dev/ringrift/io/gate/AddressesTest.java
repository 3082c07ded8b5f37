package dev.ringrift.io.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, loopback",
    "127.9.9.9, loopback",
    "::1, loopback",
    "100.64.0.0, tailnet",
    "100.127.255.255, tailnet",
    "fd7a:115c:a1e0::1, tailnet",
    "fd7a:115c:a1e0:ab12::1, tailnet",
    "100.63.255.255, public",
    "100.128.0.0, public",
    "fd7a:115c:a1e1::1, private",
    "8.8.8.8, public",
    "2001:db8::1, public",
    "10.0.0.1, private",
    "192.168.1.9, private",
    "fe80::1, private",
    "999.1.1.1, public",
    "localhost, public"
  })
  void anAddressIsOfOneKind(String ip, String kind) {
    assertThat(Addresses.loopback(ip)).isEqualTo(kind.equals("loopback"));
    assertThat(Addresses.tailnet(ip)).isEqualTo(kind.equals("tailnet"));
    assertThat(Addresses.isPublic(ip)).isEqualTo(kind.equals("public"));
  }

  @ParameterizedTest
  @CsvSource({
    "LocalHost:8770, localhost",
    "127.0.0.1:1, 127.0.0.1",
    "[::1]:8770, ::1",
    "box, box",
    "127.0.0.1.evil.example:8770, 127.0.0.1.evil.example"
  })
  void aHostHeaderIsTakenApart(String header, String host) {
    assertThat(Addresses.hostOf(header)).isEqualTo(host);
  }
}
