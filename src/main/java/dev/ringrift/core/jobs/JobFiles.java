package dev.ringrift.core.jobs;

import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.RelativePath;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Files of the cluster that a job takes and gives. `{task}` in a name stands for the task's
/// number.
///
/// @param inputs there before it starts
/// @param outputs published when it has succeeded
/// @param checkpoint saved while it runs, and given to its next attempt
/// @param folder a packed folder that is unpacked fresh for each attempt
public record JobFiles(
    List<Input> inputs,
    List<Output> outputs,
    Optional<Checkpoint> checkpoint,
    Optional<Content> folder) {
  /// A job without files.
  public static final JobFiles NONE =
      new JobFiles(List.of(), List.of(), Optional.empty(), Optional.empty());

  /// Most inputs, and most outputs, of a job.
  public static final int FILES_MAX = 100;

  public JobFiles {
    if (inputs.size() > FILES_MAX || outputs.size() > FILES_MAX) {
      throw new IllegalArgumentException(
          "%d inputs and %d outputs: use at most %d of each"
              .formatted(inputs.size(), outputs.size(), FILES_MAX));
    }
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// The name for one of the job's tasks.
  public static DataName forTask(DataName name, int task) {
    return new DataName(name.value().replace("{task}", Integer.toString(task)));
  }

  /// A published file that lies in the working folder when the program starts.
  ///
  /// @param path below the working folder
  public record Input(DataName name, RelativePath path) {}

  /// A file that the program leaves in its working folder.
  ///
  /// @param path below the working folder
  /// @param name what it is published as
  /// @param to nodes that are to have it, or `all`
  public record Output(RelativePath path, DataName name, List<String> to) {
    public Output {
      if (name.internal()) {
        throw new IllegalArgumentException(
            "an output cannot be published as %s: that is the cluster's own".formatted(name));
      }
      to = List.copyOf(to);
    }
  }

  /// A file in which the program saves how far it is. It is best written beside and renamed, so
  /// that it is whole whenever it is there.
  ///
  /// @param path below the working folder
  /// @param every how often it is looked at
  public record Checkpoint(RelativePath path, Duration every) {
    public static final Duration EVERY_MIN = Duration.ofSeconds(1);

    public Checkpoint {
      if (every.compareTo(EVERY_MIN) < 0) {
        throw new IllegalArgumentException(
            "checkpoint.every is %s: use %s or more".formatted(every, EVERY_MIN));
      }
    }
  }
}
