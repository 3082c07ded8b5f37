package dev.ringrift.io.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JwtTest {
  private final KeyPair keys = Ed25519.generate();
  private final String jwt = Jwt.sign(Jwt.Kind.TOKEN, Map.of("cluster", "c1"), keys.getPrivate());

  @Test
  void isSignedByItsKeyOnly() {
    Jwt read = Jwt.parse(Jwt.Kind.TOKEN, jwt);
    assertThat(read.text("cluster")).isEqualTo("c1");
    assertThat(read.signedBy(Ed25519.text(keys.getPublic()))).isTrue();
    assertThat(read.signedBy(Ed25519.text(Ed25519.generate().getPublic()))).isFalse();
  }

  @Test
  void changedClaimBreaksTheSignature() {
    String[] parts = jwt.split("\\.", -1);
    String forged = parts[0] + "." + encode("{\"cluster\":\"c2\"}") + "." + parts[2];
    Jwt read = Jwt.parse(Jwt.Kind.TOKEN, forged);
    assertThat(read.signedBy(Ed25519.text(keys.getPublic()))).isFalse();
  }

  @Test
  void otherAlgorithmsAreRefused() {
    for (String alg : new String[] {"none", "HS256", "RS256", "eddsa"}) {
      String header = encode("{\"alg\":\"%s\",\"typ\":\"ringrift-token+jwt\"}".formatted(alg));
      String other = header + jwt.substring(jwt.indexOf('.'));
      assertThatThrownBy(() -> Jwt.parse(Jwt.Kind.TOKEN, other)).hasMessageContaining("EdDSA");
    }
  }

  @Test
  void oneKindIsNotTakenForAnother() {
    assertThatThrownBy(() -> Jwt.parse(Jwt.Kind.CREDENTIAL, jwt))
        .hasMessageContaining("wanted is 'ringrift-credential+jwt'");
  }

  @Test
  void whatIsNoJwtIsRefused() {
    for (String text : new String[] {"", ".", "a.b", "a.b.c.d", "!!.!!.!!", "e30.e30.e30"}) {
      assertThatThrownBy(() -> Jwt.parse(Jwt.Kind.TOKEN, text))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Jwt.parse(Jwt.Kind.TOKEN, "a".repeat(Jwt.CHARS_MAX + 1)))
        .hasMessageContaining("more than");
  }

  private static String encode(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(US_ASCII));
  }
}
