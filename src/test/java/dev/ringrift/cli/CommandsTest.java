package dev.ringrift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/// Help, wrong words, exit codes.
class CommandsTest {
  private final FakeCluster cluster = new FakeCluster();

  private CommandRun run(String... words) {
    return new CommandRun().on(cluster, words);
  }

  @Test
  void withoutWordsItSaysWhatThereIs() {
    CommandRun run = run();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("status").contains("jobs").contains("'ringrift help COMMAND'");
  }

  @Test
  void everyCommandHasHelpAndADescription() {
    check(Commands.of(new ShellForHelp().shell()));
  }

  private void check(CommandLine command) {
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              assertThat(sub.getCommandSpec().usageMessage().description())
                  .as(sub.getCommandSpec().qualifiedName())
                  .isNotEmpty();
              assertThat(sub.getCommandSpec().findOption("--help"))
                  .as(sub.getCommandSpec().qualifiedName())
                  .isNotNull();
              check(sub);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token create --scope reed",
        "join ringrift-join-x --node-id Bad_Name!",
        "init --voters v1,_2",
        "node request --node-id Bad_Name!"
      })
  void aWordThatIsNotOfItsKindSaysSo(String words) {
    CommandRun run = run(words.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .containsPattern("is not known: use read, data|is not valid: use 1 to 63 of a-z")
        .doesNotContain("fault of this program");
  }

  @Test
  void helpGoesIntoGroupsAndTopics() {
    assertThat(run("help", "jobs", "submit").out()).contains("--count").contains("job file");
    assertThat(run("jobs", "submit", "--help").out()).contains("--count");
    assertThat(run("help", "exit-codes").out()).contains("130  ended by Ctrl-C");
    assertThat(run("help", "nothing").exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "staus",
        "status --bogus",
        "jobs",
        "jobs show",
        "jobs show x",
        "jobs show 0",
        "jobs cancel 5-2",
        "jobs logs 1-3",
        "jobs submit",
        "jobs submit echo hi",
        "jobs submit no-such-file.yaml",
        "jobs submit --count 0 -- true",
        "jobs submit --count many -- true",
        "jobs submit --retries many -- true",
        "jobs wait 1 --timeout soon",
        "events --limit many"
      })
  void whatIsWrongIsSaidWithoutATraceAndNothingIsDone(String line) {
    CommandRun run = run(line.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isNotBlank().doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(cluster.asked).noneMatch(asked -> asked.startsWith("POST"));
  }

  @Test
  void whatIsNotThereIsFour() {
    CommandRun run = run("jobs", "show", "9");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).isEqualTo("no such thing: /api/v1/jobs\n  because: the test says so\n");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void anUnknownClusterIsBadInput() {
    CommandRun run = run("status", "--cluster", "nowhere");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("no cluster 'nowhere' is known");
  }

  @Test
  void aFaultOfTheProgramIsOneLineUnlessDetailIsWanted() {
    cluster.answer("/api/v1/logs", "{\"data\": \"*\"}");
    cluster.answer("/api/v1/jobs", JobsTest.ONE_RUNNING);
    CommandRun run = run("jobs", "logs", "7");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("this should not have happened").doesNotContain("\tat ");
    CommandRun verbose =
        new CommandRun()
            .environment("RINGRIFT_P2P_VERBOSE", "true")
            .on(cluster, "jobs", "logs", "7");
    assertThat(verbose.err()).contains("\tat ");
  }

  @Test
  void aTokenIsToldToProgramsWithWhatItMayDoAndUntilWhen(@TempDir Path dir) {
    String folder = dir.toString();
    CommandRun init = new CommandRun().dataDir(dir);
    init.on(cluster, "init", "--name", "lab", "--node-id", "v1", "--data-dir", folder);
    assertThat(init.err()).isEmpty();
    CommandRun run =
        new CommandRun()
            .dataDir(dir)
            .on(cluster, "token", "create", "--scope", "read,data", "--subject", "ci", "--json");
    JsonNode told = Json.tree(run.out().getBytes(StandardCharsets.UTF_8));
    assertThat(told.path("token").asString().split("\\.")).hasSize(3);
    assertThat(told.path("subject").asString()).isEqualTo("ci");
    assertThat(told.path("scopes"))
        .extracting(JsonNode::asString)
        .containsExactlyInAnyOrder("read", "data");
    assertThat(Instant.parse(told.path("expires_at").asString())).isAfter(Instant.EPOCH);
    assertThat(run.err()).isEmpty();
    assertThat(cluster.asked).isEmpty();
  }

  @Test
  void versionAndCompletionNeedNoCluster() {
    assertThat(run("version").out()).startsWith("ringrift ");
    assertThat(run("version", "--json").out()).contains("\"version\"");
    assertThat(run("completion").out()).contains("complete -F").contains("submit");
    assertThat(cluster.asked).isEmpty();
  }
}
