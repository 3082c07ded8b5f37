package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.io.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A worker that may have less of the disk than the files that its jobs take.
@Tag("e2e")
class DataRoomTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final List<String> NAMES = List.of("in/a", "in/b", "in/c");
  private static final int BYTES = 12_000_000;

  private static DemoLab lab;

  @BeforeAll
  static void up() throws Exception {
    lab = DemoLab.start(Program.fresh().with("RINGRIFT_DATA_BUDGET", "30MB"), 1, 1);
  }

  @AfterAll
  static void down() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static List<String> heldBy(String node) throws Exception {
    return NAMES.stream().filter(name -> holders(name).contains(node)).toList();
  }

  private static List<String> holders(String name) {
    try {
      String said = lab.cli("data", "where", name, "--json").ok();
      JsonNode file = Json.tree(said.getBytes(UTF_8));
      return file.path("holders").valueStream().map(JsonNode::asString).toList();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void copiesThatNobodyReadsMakeRoomAndTheLastOnesStay() throws Exception {
    Path folder = lab.program().dir();
    for (String name : NAMES) {
      byte[] content = new byte[BYTES];
      new Random(name.hashCode()).nextBytes(content);
      Path file = Files.write(folder.resolve(name.replace('/', '-')), content);
      lab.cli("data", "publish", file.toString(), "--as", name).ok();
    }
    Path go = folder.resolve("go");
    Path job =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            run: until [ -e %s ]; do sleep 0.1; done; cat a b c | wc -c
            inputs: [in/a, in/b, in/c]
            """
                .formatted(go));
    String sent = lab.cli("jobs", "submit", job.toString(), "--json").ok();
    long id = Json.tree(sent.getBytes(UTF_8)).path("id").asLong();
    assertThat(lab.awaitNode(id, 0)).isEqualTo("w1");
    Eventually.holds(LONG, () -> assertThat(heldBy("w1")).hasSize(3));
    Files.createFile(go);
    lab.awaitJob(id, "succeeded", LONG);
    assertThat(lab.cli("jobs", "logs", "" + id).ok()).isEqualTo("" + 3 * BYTES);
    Eventually.holds(LONG, () -> assertThat(heldBy("w1")).hasSize(2));
    assertThat(heldBy("v1")).isEqualTo(NAMES);
    assertThat(lab.cli("data", "gc", "--dry-run").ok()).contains("0 files");
  }
}
