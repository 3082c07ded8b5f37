package dev.ringrift.io.data.metalink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetalinkTextTest {
  private static final Sha256 A = Sha256.parse("a".repeat(64));
  private static final Sha256 B = Sha256.parse("b".repeat(64));
  private static final String HEAD = "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">";

  private static Metalink read(String text) {
    return MetalinkText.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void documentReadsAsItWasWritten() {
    Metalink written =
        Metalink.of(
            new RelativePath("a & b/<c>.pth"),
            new Manifest((4 << 20) + 1, 4 << 20, List.of(A, B)),
            Optional.of(B),
            List.of(URI.create("http://h:1/x?a=1&b=2"), URI.create("http://a/y")));
    assertThat(read(MetalinkText.write(written))).isEqualTo(written);
  }

  @Test
  void emptyFileIsVerifiedByTheHashOfTheWhole() {
    Metalink written =
        Metalink.of(
            new RelativePath("e"), new Manifest(0, 4 << 20, List.of()), Optional.of(A), List.of());
    assertThat(read(MetalinkText.write(written)).files().getFirst().expected())
        .isEqualTo(new Expected.Whole(A));
  }

  @Test
  void urlsAreInTheOrderOfTheirPriorities() {
    Metalink read =
        read(
            HEAD
                + "<file name='x'><url>http://c/</url><url priority='2'>http://b/</url>"
                + "<url priority='1'>http://a/</url></file></metalink>");
    assertThat(read.files().getFirst().urls())
        .extracting(URI::getHost)
        .containsExactly("a", "b", "c");
    assertThat(read.files().getFirst().expected()).isEqualTo(new Expected.Unverified());
  }

  @Test
  void hashesOfOtherKindsArePassedOver() {
    Metalink read =
        read(
            HEAD
                + "<file name='x'><size>5</size><hash type='md5'>00</hash><hash type='sha-256'>"
                + A
                + "</hash><pieces length='3' type='sha-256'><hash>"
                + A
                + "</hash><hash>"
                + B
                + "</hash></pieces><pieces length='4' type='sha-1'><hash>zz</hash></pieces>"
                + "</file></metalink>");
    assertThat(read.files().getFirst().expected()).isEqualTo(new Expected.Whole(A));
  }

  @Test
  void nameThatLeadsOutIsRefused() {
    assertThatThrownBy(() -> read(HEAD + "<file name='../x'/></metalink>"))
        .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.because()).contains("../x"));
  }

  @Test
  void entitiesAreNotFollowed() {
    assertThatThrownBy(
            () ->
                read(
                    "<!DOCTYPE m [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
                        + HEAD
                        + "<file name='x'><url>http://&e;/</url></file></metalink>"))
        .isInstanceOf(UserError.class);
  }

  @Test
  void whatIsNoMetalinkIsRefused() {
    assertThatThrownBy(() -> read("<html/>")).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> read("hello")).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> read(HEAD + "</metalink>")).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> read(HEAD + "<file name='x'><size>-1</size></file></metalink>"))
        .isInstanceOf(UserError.class);
    assertThatThrownBy(() -> read(HEAD + "<file name='x'><url>a b</url></file></metalink>"))
        .isInstanceOf(UserError.class);
  }
}
