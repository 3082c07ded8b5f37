package dev.ringrift.core.jobs;

import dev.ringrift.core.jobs.JobSpec.Disconnect;
import dev.ringrift.core.jobs.JobSpec.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// A job that is being put together: each field of `JobSpec`, with what it is unless somebody says.
final class JobDraft {
  String name = "";
  List<String> run = List.of();
  String setup = "";
  Map<String, String> envs = Map.of();
  String workdir = "";
  Resources resources = Resources.NONE;
  int priority;
  int count = 1;
  Retry retry = Retry.NONE;
  Duration timeout = Duration.ZERO;
  Disconnect disconnect = Disconnect.DEFAULT;
  Set<Long> after = Set.of();
  JobFiles files = JobFiles.NONE;

  /// `spec` after `change`.
  static JobSpec changed(JobSpec spec, Consumer<JobDraft> change) {
    JobDraft draft = new JobDraft();
    draft.name = spec.name();
    draft.run = spec.run();
    draft.setup = spec.setup();
    draft.envs = spec.envs();
    draft.workdir = spec.workdir();
    draft.resources = spec.resources();
    draft.priority = spec.priority();
    draft.count = spec.count();
    draft.retry = spec.retry();
    draft.timeout = spec.timeout();
    draft.disconnect = spec.disconnect();
    draft.after = spec.after();
    draft.files = spec.files();
    change.accept(draft);
    return draft.spec();
  }

  /// @throws IllegalArgumentException when the fields are no job
  JobSpec spec() {
    return new JobSpec(
        name,
        run,
        setup,
        envs,
        workdir,
        resources,
        priority,
        count,
        retry,
        timeout,
        disconnect,
        after,
        files);
  }
}
