package dev.ringrift.agent;

import dev.ringrift.agent.data.JobInput;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.DataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which files go with a task, as the ledger has them now.
final class JobOrders {
  private JobOrders() {}

  /// Under which name the newest checkpoint of a task is published.
  static DataName checkpoint(TaskId task) {
    return new DataName(DataName.CHECKPOINTS + task);
  }

  /// The task whose checkpoint is published under that name.
  static Optional<TaskId> taskOf(DataName name) {
    try {
      return Optional.of(TaskId.parse(name.value().substring(DataName.CHECKPOINTS.length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static String forTask(RelativePath path, int task) {
    return path.text().replace("{task}", Integer.toString(task));
  }

  /// The name of an input that is not published, if there is one.
  static Optional<DataName> lacking(ClusterState state, Job job, TaskId task) {
    return job.spec().files().inputs().stream()
        .map(input -> JobFiles.forTask(input.name(), task.task()))
        .filter(name -> !state.data().containsKey(name))
        .findFirst();
  }

  /// What is to lie in the working folder: the packed folder first, the checkpoint last. Empty
  /// while an input is not published.
  static Optional<List<JobInput>> inputs(ClusterState state, Job job, TaskId task) {
    if (lacking(state, job, task).isPresent()) {
      return Optional.empty();
    }
    JobFiles files = job.spec().files();
    List<JobInput> found = new ArrayList<>();
    files
        .folder()
        .ifPresent(
            content ->
                found.add(
                    new JobInput(content, "the packed folder", ".", JobInput.How.UNPACK, "")));
    for (JobFiles.Input input : files.inputs()) {
      DataName name = JobFiles.forTask(input.name(), task.task());
      DataRecord record = state.data().get(name);
      if (record != null) {
        found.add(
            new JobInput(
                record.newest().content(),
                name.value(),
                forTask(input.path(), task.task()),
                JobInput.How.LINK,
                ""));
      }
    }
    DataRecord saved = state.data().get(checkpoint(task));
    if (saved != null && files.checkpoint().isPresent()) {
      found.add(
          new JobInput(
              saved.newest().content(),
              saved.name().value(),
              forTask(files.checkpoint().get().path(), task.task()),
              JobInput.How.COPY,
              ""));
    }
    return Optional.of(found);
  }
}
