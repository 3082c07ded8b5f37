package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelativePathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "../x",
        "a/../x",
        "a/..",
        ".",
        "a//b",
        "a/",
        "a/./b",
        ".ssh/key",
        "a/.b",
        "a\\b",
        "a\0b",
        "a\nb"
      })
  void whatLeadsOutOrHidesIsRefused(String text) {
    assertThatThrownBy(() -> new RelativePath(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tooLongIsRefused() {
    String longName = "x".repeat(241);
    assertThatThrownBy(() -> new RelativePath(longName)).hasMessageContaining("240");
    String longPath = "x/".repeat(600) + "x";
    assertThatThrownBy(() -> new RelativePath(longPath)).hasMessageContaining("1024");
  }

  @Test
  void ordinaryNamesAreTaken() {
    RelativePath path = new RelativePath("models/v 2/ä..b~.pth");
    assertThat(path.names()).containsExactly("models", "v 2", "ä..b~.pth");
    assertThat(path.fileName()).isEqualTo("ä..b~.pth");
    assertThat(new RelativePath("x").fileName()).isEqualTo("x");
  }
}
