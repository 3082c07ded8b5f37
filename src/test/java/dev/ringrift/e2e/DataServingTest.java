package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A published file, as other people's programs fetch it: curl and aria2c.
@Tag("e2e")
class DataServingTest {
  private static final int SIZE_BYTES = 40 << 20;
  private static final String NAME = "models/latest.pth";
  private static final int SECONDS_MAX = 60;

  private static DemoLab lab;
  private static Path file;
  private static Path target;

  @BeforeAll
  static void up() throws Exception {
    lab = DemoLab.start(1, 2);
    target = Files.createDirectories(lab.program().dir().resolve("got"));
    file = lab.program().dir().resolve("model.pth");
    byte[] content = new byte[SIZE_BYTES];
    new Random(3).nextBytes(content);
    Files.write(file, content);
    for (String node : List.of("w1", "w2")) {
      lab.cli("data", "publish", file.toString(), "--as", NAME, "--node", node).ok();
    }
  }

  @AfterAll
  static void down() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static String url(String node) throws Exception {
    JsonNode nodes = Json.tree(lab.cli("nodes", "--json").ok().getBytes(UTF_8));
    for (JsonNode each : nodes) {
      if (each.path("id").asString().equals(node)) {
        assertThat(each.path("data").asString()).startsWith("http://127.0.0.1:");
        return each.path("data").asString();
      }
    }
    throw new AssertionError(nodes + " lacks " + node);
  }

  private static String run(String... words) throws Exception {
    assumeThat(installed(words[0])).as("%s is installed", words[0]).isTrue();
    Path out = Files.createTempFile(target, "said", ".txt");
    Process process =
        new ProcessBuilder(words)
            .directory(target.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).as("%s ends", words[0]).isTrue();
    String said = Files.readString(out);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static boolean installed(String program) {
    return List.of(System.getenv("PATH").split(":", -1)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static void assertWhole(Path got) throws IOException {
    assertThat(Files.mismatch(file, got)).as("first byte of %s that differs", got).isNegative();
  }

  @Test
  void thePublishedFileLiesOnceOnTheDisk() throws Exception {
    Path served = lab.folder("w1").resolve("data").resolve(NAME);
    assertThat(Files.isSameFile(served, file)).isTrue();
  }

  @Test
  void curlGetsItInRangesAndGoesOn() throws Exception {
    String url = url("w1") + "/" + NAME;
    run("curl", "-fsS", "-o", "curl.bin", "-r", "0-9999999", url);
    run("curl", "-fsS", "-o", "curl.bin", "-C", "-", url);
    assertWhole(target.resolve("curl.bin"));
    String head = run("curl", "-fsSI", url);
    assertThat(head).containsIgnoringCase("ETag: \"").contains("" + SIZE_BYTES);
    assertThat(run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", url))
        .isEqualTo("405");
  }

  @Test
  void theDoctorSaysWhatNodesGive() throws Exception {
    String url = url("w1") + "/" + NAME;
    assertThat(lab.cli("data", "doctor", url).ok())
        .containsPattern("(?m)^%s +\\S+ MiB +yes +".formatted(url))
        .contains("fetches of v1 lately: none");
    assertThat(lab.cli("data", "doctor", url("w2") + "/none").failed(1)).contains("404");
  }

  @Test
  void aria2GetsItFromTwoNodesAtOnce() throws Exception {
    List<String> words =
        new ArrayList<>(List.of("aria2c", "-x16", "-s16", "-k1M", "--no-conf", "-o", "two.bin"));
    words.add(url("w1") + "/" + NAME);
    words.add(url("w2") + "/" + NAME);
    run(words.toArray(String[]::new));
    assertWhole(target.resolve("two.bin"));
  }

  @Test
  void aria2FollowsTheMetalinkToEveryHolder() throws Exception {
    run("curl", "-fsS", "-o", "file.meta4", url("w1") + "/" + NAME + "?meta4");
    assertThat(Files.readString(target.resolve("file.meta4")))
        .contains(url("w1") + "/" + NAME)
        .contains(url("w2") + "/o/");
    run("aria2c", "--no-conf", "-x16", "-s16", "-M", "file.meta4");
    assertWhole(target.resolve("latest.pth"));
  }
}
