package dev.ringrift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What the jobs themselves say that they did: each attempt adds a line to one file when it starts
/// and when it ends. It is the truth that the cluster's own account is held against.
final class JobRecord {
  private final Path file;

  JobRecord(Path file) throws IOException {
    this.file = Files.createFile(file);
  }

  /// A shell script that does `work` between its two lines.
  String script(String work) {
    return "say() { echo \"$1 $RINGRIFT_JOB.$RINGRIFT_TASK.$RINGRIFT_ATTEMPT $$\" >>"
        + file
        + "; }; say start; "
        + work
        + "; say end";
  }

  private List<List<String>> lines(String word, long job) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> List.of(line.split(" ")))
        .filter(words -> words.get(0).equals(word) && words.get(1).startsWith(job + "."))
        .toList();
  }

  /// The attempts of a job that have started, one entry a start.
  List<String> starts(long job) throws IOException {
    return lines("start", job).stream().map(words -> words.get(1)).toList();
  }

  /// The attempts of a job that have come to their end.
  List<String> ends(long job) throws IOException {
    return lines("end", job).stream().map(words -> words.get(1)).toList();
  }

  /// The process of an attempt that has started.
  long pid(String attempt) throws IOException {
    long job = Long.parseLong(attempt.substring(0, attempt.indexOf('.')));
    return lines("start", job).stream()
        .filter(words -> words.get(1).equals(attempt))
        .map(words -> Long.parseLong(words.get(2)))
        .findFirst()
        .orElse(0L);
  }

  /// Holds the cluster's account of a job that succeeded against this record: no task is lost, each
  /// is committed once, by an attempt that came to its end, and no attempt started twice.
  void check(JsonNode job, int count) throws IOException {
    long id = job.path("id").asLong();
    List<String> starts = starts(id);
    List<String> ends = ends(id);
    assertThat(starts).as("no attempt starts twice").doesNotHaveDuplicates();
    assertThat(ends).as("no attempt ends twice").doesNotHaveDuplicates();
    assertThat(job.path("tasks")).hasSize(count);
    for (JsonNode task : job.path("tasks")) {
      assertThat(task.path("state").asString()).as("%s", task).isEqualTo("succeeded");
      List<String> committed =
          task.path("attempts")
              .valueStream()
              .filter(attempt -> attempt.path("committed").asBoolean())
              .map(attempt -> attempt.path("attempt").asString())
              .toList();
      assertThat(committed).as("%s", task).containsExactly(task.path("committed").asString());
      assertThat(ends).as("%s is committed, so it ended", committed).containsAll(committed);
    }
    List<String> known =
        job.path("tasks")
            .valueStream()
            .flatMap(task -> task.path("attempts").valueStream())
            .map(attempt -> attempt.path("attempt").asString())
            .toList();
    assertThat(known).as("the cluster knows every start").containsAll(starts);
  }
}
