package dev.ringrift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Output outlives the box that printed it, and after that the voter that the box sent it to.
@Tag("e2e")
class LostVoterOutputTest {
  private static final Duration MOST = Duration.ofSeconds(60);
  private static final int LINES = 50_000;

  @Test
  void outputOutlivesItsBoxAndThenTheVoterThatHadIt() throws Exception {
    try (DemoLab lab = DemoLab.start(3, 1)) {
      long job = lab.submit("--name", "words", "--", "sh", "-c", "seq 1 " + LINES);
      lab.awaitJob(job, "succeeded", MOST);
      String whole = lab.cli("jobs", "logs", "" + job).ok();
      assertThat(whole).startsWith("1\n2\n").endsWith("\n" + LINES);
      long size = Files.size(lab.folder("w1").resolve("attempts/%d.0.1/stdout".formatted(job)));
      for (String voter : lab.voters()) {
        Path copy = lab.folder(voter).resolve("output/%d.0.1.stdout.0".formatted(job));
        Eventually.holds(DemoLab.SOON, () -> assertThat(Files.size(copy)).isEqualTo(size));
      }
      String first = lab.leader();
      lose(lab, "w1");
      lose(lab, first);
      Eventually.holds(
          MOST, () -> assertThat(lab.cli("jobs", "logs", "" + job).ok()).isEqualTo(whole));
    }
  }

  private static void lose(DemoLab lab, String node) throws Exception {
    lab.killAgent(node);
    long keeper = lab.keeper(node);
    if (keeper > 0) {
      Program.kill9(keeper);
    }
    Program.deleteAll(lab.folder(node));
  }
}
