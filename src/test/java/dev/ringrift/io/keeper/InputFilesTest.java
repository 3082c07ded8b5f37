package dev.ringrift.io.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.StartOrder;
import dev.ringrift.agent.data.JobInput;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
  private static final ObjectId ID = ObjectId.parse("ab".repeat(32));

  @TempDir Path dir;
  private Path source = Path.of("");
  private Path work = Path.of("");

  @BeforeEach
  void aFileAndAFolder() throws IOException {
    source = Files.writeString(dir.resolve("stored"), "content");
    work = Files.createDirectories(dir.resolve("work"));
  }

  private Optional<String> place(String path, JobInput.How how) {
    JobInput input =
        new JobInput(new Content(ID, 7, ID.hash()), "models/a", path, how, source.toString());
    return InputFiles.place(
        new StartOrder(
            AttemptId.of(1, 0, 1),
            "job",
            List.of("true"),
            "",
            Map.of(),
            "",
            List.of(),
            1,
            0,
            Duration.ZERO,
            Duration.ZERO,
            List.of(input),
            ""),
        work);
  }

  @Test
  void whatIsReadIsLinkedAndWhatIsWrittenIsACopy() throws IOException {
    assertThat(place("in/a", JobInput.How.LINK)).isEmpty();
    assertThat(place("state", JobInput.How.COPY)).isEmpty();
    assertThat(work.resolve("in/a")).isSymbolicLink().hasContent("content");
    Files.writeString(work.resolve("state"), "changed");
    assertThat(source).hasContent("content");
  }

  @Test
  void aLinkOfAnEarlierAttemptIsReplacedAndAFileIsNot() throws IOException {
    place("a", JobInput.How.LINK);
    assertThat(place("a", JobInput.How.LINK)).isEmpty();
    Files.writeString(work.resolve("b"), "the job's own");
    assertThat(place("b", JobInput.How.LINK)).isPresent();
    assertThat(work.resolve("b")).hasContent("the job's own");
  }

  @Test
  void nothingIsPlacedOutsideOfTheFolderAndNothingThatIsGone() throws IOException {
    assertThat(place("../a", JobInput.How.COPY)).isPresent();
    Files.delete(source);
    assertThat(place("a", JobInput.How.LINK).orElseThrow()).contains("no longer on this node");
  }
}
