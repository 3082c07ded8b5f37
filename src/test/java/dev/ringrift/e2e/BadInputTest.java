package dev.ringrift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What a person gets wrong, each with an error that says how to mend it.
@Tag("e2e")
class BadInputTest {
  private static final int BAD_INPUT = 2;
  private static final int NOT_FOUND = 4;

  private static DemoLab lab;

  @BeforeAll
  static void up() throws Exception {
    lab = DemoLab.start(1, 1);
  }

  @AfterAll
  static void down() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void everyProblemOfAJobFileIsSaidAtOnce() throws Exception {
    Path file = lab.program().dir().resolve("bad.yaml");
    Files.writeString(
        file, "name: bad\nrnu: true\ncount: -1\ntimeout: soon\nresources: {gpus: x}\n");
    assertThat(lab.cli("jobs", "submit", file.toString()).failed(BAD_INPUT))
        .contains("rnu")
        .contains("count")
        .contains("timeout")
        .contains("gpus");
  }

  @Test
  void jobLargerThanAnyNodeIsTakenAndExplained() throws Exception {
    long job = lab.submit("--gpus", "64", "--", "true");
    String said = lab.cli("jobs", "explain", "" + job).ok();
    assertThat(said).contains("w1").containsIgnoringCase("gpu");
    assertThat(lab.job(job).path("state").asString()).isEqualTo("waiting");
    lab.cli("jobs", "cancel", "" + job).ok();
    assertThat(lab.awaitJob(job, "cancelled", DemoLab.SOON).path("count").asInt()).isEqualTo(1);
  }

  @Test
  void outputOfAnUnknownJob() throws Exception {
    assertThat(lab.cli("jobs", "logs", "4711").failed(NOT_FOUND)).contains("4711");
  }

  @Test
  void missingProgramIsTheReasonOfTheFailure() throws Exception {
    assertThat(reason("--", "no-such-program")).contains("no-such-program");
  }

  @Test
  void missingFolderIsTheReasonOfTheFailure() throws Exception {
    assertThat(reason("--workdir-on-node", "/no/such/folder", "--", "true"))
        .contains("/no/such/folder");
    assertThat(
            lab.cli("jobs", "submit", "--workdir", "/no/such/here", "--", "true").failed(BAD_INPUT))
        .contains("/no/such/here")
        .contains("to mend");
  }

  private static String reason(String... words) throws Exception {
    long job = lab.submit(words);
    JsonNode failed = lab.awaitJob(job, "failed", DemoLab.SOON);
    JsonNode attempts = failed.path("tasks").path(0).path("attempts");
    lab.cli("jobs", "wait", "" + job).failed(1);
    return attempts.path(attempts.size() - 1).path("reason").asString();
  }
}
