package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/// Files between real nodes: publish, pull, where; jobs that take and make them; a checkpoint that
/// outlives its machine.
@Tag("e2e")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DataPathTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int BYTES = 24_000_000;

  private static DemoLab lab;

  @BeforeAll
  static void up() throws Exception {
    lab = DemoLab.start(3, 3);
  }

  @AfterAll
  static void down() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static Path file(String name, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return Files.write(lab.program().dir().resolve(name), content);
  }

  private static Path text(String name, String text) throws IOException {
    return Files.writeString(lab.program().dir().resolve(name), text);
  }

  private static JsonNode json(String... words) throws Exception {
    return Json.tree(lab.cli(words).ok().getBytes(UTF_8));
  }

  private static long submit(String name, String yaml) throws Exception {
    return json("jobs", "submit", text(name, yaml).toString(), "--json").path("id").asLong();
  }

  @Test
  @Order(1)
  void aPublishedFileIsOnAllSixNodesWithTheBytesThatItHad() throws Exception {
    Path model = file("model.pth", BYTES);
    lab.cli("data", "publish", model.toString(), "--as", "models/latest.pth").ok();
    lab.cli("data", "pull", "models/latest.pth", "--to", "all").ok();
    JsonNode where = json("data", "where", "models/latest.pth", "--json");
    assertThat(where.path("holders")).as("%s", where).hasSize(6);
    for (String node : lab.nodes()) {
      assertThat(lab.folder(node).resolve("data/models/latest.pth")).hasSameBinaryContentAs(model);
    }
  }

  @Test
  @Order(2)
  void aJobTakesAFileAndPublishesWhatItMade() throws Exception {
    long job =
        submit(
            "files.yaml",
            """
            run: sha256sum < latest.pth > sum
            inputs: [models/latest.pth]
            outputs: [{path: sum, name: "sums/{task}", to: [v1]}]
            count: 2
            """);
    lab.awaitJob(job, "succeeded", LONG);
    Eventually.holds(
        LONG, () -> assertThat(lab.folder("v1").resolve("data/sums/1")).isNotEmptyFile());
  }

  @Test
  @Order(3)
  void aFolderGoesWithAJob() throws Exception {
    Path folder = Files.createDirectories(lab.program().dir().resolve("project"));
    Files.writeString(
        folder.resolve("run.sh"),
        """
        [ ! -e left-over ] && touch left-over && echo "from the folder"
        [ $RINGRIFT_ATTEMPT = 2 ] || exit 3
        """);
    Path yaml = text("folder.yaml", "{run: sh run.sh, retry: {attempts: 2, backoff: 100ms}}");
    JsonNode sent =
        json("jobs", "submit", yaml.toString(), "--json", "--workdir", folder.toString());
    long job = sent.path("id").asLong();
    lab.awaitJob(job, "succeeded", LONG);
    assertThat(lab.cli("jobs", "logs", "" + job, "--attempt", "1").ok())
        .isEqualTo("from the folder");
    assertThat(lab.cli("jobs", "logs", "" + job, "--attempt", "2").ok())
        .as("the folder is fresh")
        .isEqualTo("from the folder");
  }

  @Test
  @Order(4)
  void theNextAttemptBeginsWithTheCheckpointOfTheMachineThatWasLost() throws Exception {
    Path go = lab.program().dir().resolve("go-checkpoint");
    long job =
        submit(
            "checkpoint.yaml",
            """
            run: |
              echo "begins at $(cat "$RINGRIFT_CHECKPOINT" 2>/dev/null || echo 0)"
              echo 17 > state.new && mv state.new state
              until [ -e %s ]; do sleep 0.1; done
            checkpoint: {path: state, every: 1s}
            disconnect: {lost_after: 2s}
            """
                .formatted(go));
    String box = lab.awaitNode(job, 0);
    Eventually.holds(LONG, () -> lab.cli("data", "where", "checkpoints/%d.0".formatted(job)).ok());
    killHost(box);
    Eventually.holds(
        LONG,
        () ->
            assertThat(lab.cli("jobs", "logs", "" + job, "--attempt", "2").ok())
                .isEqualTo("begins at 17"));
    Files.createFile(go);
    lab.awaitJob(job, "succeeded", LONG);
    Eventually.holds(
        LONG, () -> lab.cli("data", "where", "checkpoints/%d.0".formatted(job)).failed(4));
  }

  @Test
  @Order(5)
  void aResultOutlivesTheMachineThatMadeIt() throws Exception {
    long job =
        submit(
            "result.yaml",
            """
            run: head -c 20000000 /dev/zero | tr '\\0' x > result
            outputs: [{path: result, name: results/x}]
            """);
    String box =
        lab.awaitJob(job, "succeeded", LONG)
            .path("tasks")
            .path(0)
            .path("attempts")
            .path(0)
            .path("node")
            .asString();
    killHost(box);
    Path out = lab.program().dir().resolve("out");
    lab.cli("data", "sync", "--to", out.toString(), "-p", "results/*").ok();
    assertThat(Files.readString(out.resolve("results/x")).equals("x".repeat(20_000_000))).isTrue();
  }

  /// Ends all that runs of a node at once, as when its machine is taken away.
  private static void killHost(String node) throws Exception {
    lab.killAgent(node);
    long keeper = lab.keeper(node);
    if (keeper != 0) {
      Program.kill9(keeper);
    }
    try (Stream<Path> files = Files.walk(lab.folder(node).resolve("attempts"))) {
      for (Path file : files.filter(f -> f.endsWith("pid.1")).toList()) {
        Program.kill9(Long.parseLong(Files.readString(file).split(" ", 2)[0]));
      }
    }
    Program.deleteAll(lab.folder(node));
  }
}
