package dev.ringrift.io.data.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.io.gate.Door;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing but the served files is reached, whatever path is sent.
@Timeout(60)
class PathSafetyTest {
  @TempDir private static Path folder;
  private static ServerRig rig;

  @BeforeAll
  static void begin() throws Exception {
    rig = new ServerRig(folder, 2, 60, Door.DIRECT);
    Files.writeString(folder.resolve("secret"), "secret");
    Path models = Files.createDirectories(rig.root.resolve("models"));
    Files.writeString(models.resolve("a"), "public");
    Files.writeString(rig.root.resolve(".hidden"), "secret");
    Files.createDirectories(rig.root.resolve(".git"));
    Files.writeString(rig.root.resolve(".git/config"), "secret");
    Files.writeString(rig.root.resolve("half.part"), "secret");
    Files.writeString(rig.root.resolve("half"), "secret");
    Files.writeString(rig.root.resolve("half.aria2"), "secret");
    Files.createSymbolicLink(rig.root.resolve("out"), folder);
    Files.createSymbolicLink(rig.root.resolve("leak"), folder.resolve("secret"));
    Files.createSymbolicLink(rig.root.resolve("peek"), Path.of(".hidden"));
    Files.createSymbolicLink(rig.root.resolve("proc"), Path.of("/proc/self/environ"));
  }

  @AfterAll
  static void end() throws Exception {
    rig.close();
  }

  @Test
  void whatIsServedIsReached() throws Exception {
    assertThat(rig.get("/models/a").text()).isEqualTo("public");
    assertThat(rig.get("/models/%61").text()).isEqualTo("public");
    assertThat(rig.get("http://localhost:%d/models/a".formatted(rig.port)).text())
        .isEqualTo("public");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret",
        "/..%2fsecret",
        "/..%2Fsecret",
        "/%2e%2e/secret",
        "/%2e%2e%2fsecret",
        "/..%252fsecret",
        "/%252e%252e/secret",
        "/%252e%252e%252fsecret",
        "/models/../../secret",
        "/models/..%2f..%2fsecret",
        "/models/%2e%2e/%2e%2e/secret",
        "/models%2fa",
        "/models%5ca",
        "/models\\a",
        "/..\\secret",
        "/..%5csecret",
        "/%5c..%5csecret",
        "//etc/passwd",
        "///etc/passwd",
        "/%2fetc%2fpasswd",
        "/etc/passwd",
        "/models//a",
        "/models/./a",
        "/./models/a",
        "/models/a/",
        "/models/a%00",
        "/models/a%00.txt",
        "/%00",
        "/models/a%0d%0aX:1",
        "/models/%c0%ae%c0%ae/secret",
        "/models/a%",
        "/models/a%f",
        "/models/a%gg",
        "/.hidden",
        "/%2ehidden",
        "/.git/config",
        "/.git/",
        "/half.part",
        "/half",
        "/half.aria2",
        "/out/secret",
        "/out/",
        "/leak",
        "/peek",
        "/proc",
        "/o/",
        "/o/../models/a",
        "/o/zz/data",
        "/o/0000000000000000000000000000000000000000000000000000000000000000/../../secret",
        "/o/0000000000000000000000000000000000000000000000000000000000000000/data"
      })
  void nothingElseIs(String path) throws Exception {
    RawClient.Answer answer = rig.get(path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).doesNotContain("secret", "root:");
  }

  @Test
  void nothingElseIsListed() throws Exception {
    assertThat(rig.get("/").text())
        .contains("models/")
        .doesNotContain("hidden", "git", "half", "out", "leak", "peek", "proc");
    assertThat(rig.get("/inventory.json").text())
        .contains("models/a")
        .doesNotContain("hidden", "git", "half", "leak", "peek", "proc");
  }

  @Test
  void aMonstrousPathIsRefused() throws Exception {
    assertThat(rig.get("/" + "a".repeat(2_000)).status()).isEqualTo(404);
    assertThat(rig.get("/" + "a".repeat(20_000)).status()).isEqualTo(414);
    assertThat(rig.get("/" + "%61".repeat(1_000)).status()).isEqualTo(404);
  }
}
