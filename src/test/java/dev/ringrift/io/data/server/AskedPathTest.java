package dev.ringrift.io.data.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.data.RelativePath;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedPathTest {
  @Test
  void aPathIsDecodedOnce() {
    assertThat(AskedPath.parse("/models/a%20b%25.pth"))
        .contains(new AskedPath(Optional.of(new RelativePath("models/a b%.pth")), false));
    assertThat(AskedPath.parse("/models/%C3%A4/"))
        .contains(new AskedPath(Optional.of(new RelativePath("models/ä")), true));
    assertThat(AskedPath.parse("/")).contains(new AskedPath(Optional.empty(), true));
    assertThat(AskedPath.parse("/a%252fb"))
        .contains(new AskedPath(Optional.of(new RelativePath("a%2fb")), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "//",
        "//a",
        "/a//b",
        "/..",
        "/../a",
        "/a/../b",
        "/%2e%2e/a",
        "/a/%2E%2E/b",
        "/..%2fa",
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/a\\b",
        "/a%00b",
        "/a%0ab",
        "/.hidden",
        "/a/.hidden",
        "/%2ehidden",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%ff",
        "/a b",
        "/ä"
      })
  void whatCanBeNoFileOfOursIsNoPath(String raw) {
    assertThat(AskedPath.parse(raw)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"models/a b%.pth", "ä/ü?#&.bin", "plain-name_1.0~x"})
  void whatIsEncodedIsReadAgain(String name) {
    assertThat(AskedPath.parse("/" + AskedPath.encode(name)))
        .contains(new AskedPath(Optional.of(new RelativePath(name)), false));
  }
}
