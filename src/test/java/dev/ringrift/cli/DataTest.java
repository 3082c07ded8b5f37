package dev.ringrift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.io.data.TestFiles;
import dev.ringrift.io.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DataTest {
  private static final String CONTENT =
      "\"id\": \"%s\", \"size_bytes\": 419430400, \"sha256\": \"00\"".formatted("ab".repeat(32));
  private static final String WHOLE =
      """
      {"name": "models/a", %s, "holders": ["v1", "w1"], "nodes": [
        {"node": "v1", "state": "whole", "done_bytes": 419430400},
        {"node": "w1", "state": "whole", "done_bytes": 419430400, "fetched_bytes": 419430400,
         "sources": [{"node": "v1", "bytes": 419430400}]}]}
      """
          .formatted(CONTENT);
  private static final String PARTLY =
      """
      {"name": "models/a", %s, "holders": ["v1"], "nodes": [
        {"node": "v1", "state": "whole", "done_bytes": 419430400},
        {"node": "w1", "state": "fetching", "done_bytes": 1000, "reason": ""}]}
      """
          .formatted(CONTENT);

  @TempDir private Path dir;

  private static CommandRun run(FakeCluster cluster, String... words) {
    return new CommandRun().on(cluster, words);
  }

  @Test
  void publishingWaitsUntilTheNodeHasReadTheFile() {
    FakeCluster cluster =
        new FakeCluster()
            .answer("/health", "{\"node\": \"v1\"}")
            .answer("/api/v1/data/take", "{\"done_bytes\": 5}", "{%s}".formatted(CONTENT))
            .answer("/api/v1/data/publish", "{%s}".formatted(CONTENT));
    CommandRun run = run(cluster, "data", "publish", "/tmp/a", "--as", "models/a");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("published models/a: 400 MiB, on v1 of cluster lab");
    assertThat(run.out()).contains("ringrift data pull models/a --to all");
    assertThat(cluster.asked.getLast())
        .contains("POST /api/v1/data/publish", "\"node\":\"v1\"", "\"name\":\"models/a\"");
  }

  @Test
  void withoutAnAgentHereTheNodeHasToBeNamed() {
    FakeCluster cluster = new FakeCluster().answer("/health", "{}");
    CommandRun run = run(cluster, "data", "publish", "/tmp/a");
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("--node");
  }

  @Test
  void pullingTellsWhatEachNodeTookFromWhom() {
    FakeCluster cluster =
        new FakeCluster()
            .answer("/api/v1/data/keep", "{\"nodes\": [\"v1\", \"w1\"]}")
            .answer("/api/v1/data/file", PARTLY, WHOLE);
    CommandRun run = run(cluster, "data", "pull", "models/a", "--to", "all");
    assertThat(run.out()).contains("w1    whole  400 MiB  v1 400 MiB");
    assertThat(run.out()).contains("models/a is on all of them");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void aPullThatDoesNotMoveIsGivenUpWithTheReason() {
    FakeCluster cluster =
        new FakeCluster()
            .answer("/api/v1/data/keep", "{\"nodes\": [\"w1\"]}")
            .answer("/api/v1/data/file", PARTLY.replace("\"\"", "\"no source answers\""));
    CommandRun run = run(cluster, "data", "pull", "models/a", "--to", "w1", "--stall", "5");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("no source answers").contains("not all have it");
    assertThat(run.pauses).hasSize(11);
  }

  @Test
  void whereAndLsShowNodesAndSizes() {
    FakeCluster cluster =
        new FakeCluster()
            .answer("/api/v1/data/file", WHOLE)
            .answer("/api/v1/data", "[%s]".formatted(WHOLE));
    assertThat(run(cluster, "data", "where", "models/a").out())
        .contains("models/a: 400 MiB, 2 holders");
    assertThat(run(cluster, "data", "ls").out()).contains("models/a  400 MiB  2");
    assertThat(run(cluster, "data", "ls", "--json").out()).contains("\"size_bytes\"");
  }

  @Test
  void whereWaitsForNodesThatANewLeaderHasNotHeard() {
    String fresh = WHOLE.replace("\"holders\"", "\"unheard\": [\"w2\"], \"holders\"");
    FakeCluster cluster = new FakeCluster().answer("/api/v1/data/file", fresh, WHOLE);
    CommandRun soon = run(cluster, "data", "where", "models/a");
    assertThat(soon.out()).contains("2 holders").doesNotContain("not heard");
    assertThat(soon.pauses).hasSize(1);
    CommandRun never =
        run(new FakeCluster().answer("/api/v1/data/file", fresh), "data", "where", "models/a");
    assertThat(never.out()).contains("not heard by this leader, and may have it too: w2");
    assertThat(never.exitCode()).isZero();
  }

  @Test
  void tidyingSaysWhatWouldGo() {
    FakeCluster cluster =
        new FakeCluster()
            .answer(
                "/api/v1/data/gc", "[{\"node\": \"w1\", \"id\": \"ab\", \"size_bytes\": 2048}]");
    assertThat(run(cluster, "data", "gc", "--dry-run").out()).contains("1 file, 2 KiB would go");
    assertThat(cluster.asked).contains("POST /api/v1/data/gc {\"dry_run\":true}");
  }

  @Test
  void pushingSendsTheFileInPartsAndWaitsUntilItIsRead() throws Exception {
    byte[] content = TestFiles.random(1_500_000, 1);
    Path file = Files.write(dir.resolve("a.pth"), content);
    FakeCluster cluster =
        new FakeCluster()
            .answer("/api/v1/data/upload", "{}", "{}", "{}", "{%s}".formatted(CONTENT))
            .answer("/api/v1/data/publish", "{%s}".formatted(CONTENT));
    CommandRun run =
        new CommandRun().terminal().on(cluster, "data", "push", file.toString(), "--as", "m/a");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("a.pth: 1 MiB of 1.4 MiB sent");
    assertThat(run.out()).contains("published m/a: 400 MiB, on a voter of cluster lab");
    assertThat(cluster.asked).hasSize(5);
    assertThat(sent(cluster.asked.subList(0, 2))).isEqualTo(content);
    assertThat(cluster.asked.get(2)).contains("\"offset\":1500000", "\"last\":true");
    assertThat(run.pauses).hasSize(1);
    assertThat(cluster.asked.getLast()).contains("\"name\":\"m/a\"").doesNotContain("\"node\"");
    assertThat(run(cluster, "data", "push", dir.resolve("none").toString()).err())
        .contains("cannot read " + dir.resolve("none"));
  }

  private static byte[] sent(List<String> asked) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String each : asked) {
      JsonNode body = Json.tree(each.substring(each.indexOf('{')).getBytes(UTF_8));
      assertThat(body.path("offset").asLong()).isEqualTo(all.size());
      all.writeBytes(Base64.getDecoder().decode(body.path("data").asString()));
    }
    return all.toByteArray();
  }

  @Test
  void namesAreTakenAwayAndWhatWasDoneBeforeAnErrorIsTold() {
    FakeCluster cluster =
        new FakeCluster().answer("/api/v1/data/unpublish", "{\"name\": \"a\"}").until(3);
    assertThat(run(cluster, "data", "rm", "a").out()).contains("a is no longer published");
    CommandRun run = run(cluster, "data", "rm", "a", "b", "c", "--json");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(Json.tree(run.out().getBytes(UTF_8))).hasSize(2);
    assertThat(cluster.asked).contains("POST /api/v1/data/unpublish {\"name\":\"b\"}");
  }
}
