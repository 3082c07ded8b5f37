package dev.ringrift.core.jobs;

import dev.ringrift.core.jobs.JobForm.Gpus;
import dev.ringrift.core.jobs.JobSpec.Disconnect;
import dev.ringrift.core.jobs.JobSpec.Retry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The fields of a job: their names, types, limits and rules, said once for every notation. What is
/// wrong is noted as a problem, and the field then has what it has unless somebody says.
///
/// @param <F> how the fields are read
public final class JobFields<F extends Fields<F>> {
  private final F job;
  private final JobForm<F> form;

  private JobFields(F job, JobForm<F> form) {
    this.job = job;
    this.form = form;
  }

  /// Reads a job; when problems were noted, what is given back is some job.
  ///
  /// @param fallbackName for a job without a name; empty for its program's
  public static <F extends Fields<F>> JobSpec read(F job, JobForm<F> form, String fallbackName) {
    return new JobFields<>(job, form).read(fallbackName);
  }

  private JobSpec read(String fallbackName) {
    JobDraft draft = new JobDraft();
    draft.run = run();
    draft.name = name(fallbackName, draft.run);
    draft.setup = job.text("setup").orElse(draft.setup);
    draft.envs =
        held(job, "envs", Optional.of(job.textMap("envs")), all -> JobRules.envs(all.keySet()))
            .orElse(draft.envs);
    draft.workdir =
        held(job, "workdir", job.text("workdir"), JobRules::workdir).orElse(draft.workdir);
    draft.resources = job.section("resources").map(this::resources).orElse(draft.resources);
    draft.priority =
        job.whole("priority", -JobRules.PRIORITY_MAX, JobRules.PRIORITY_MAX).orElse(draft.priority);
    draft.count = job.whole("count", 1, JobSpec.COUNT_MAX).orElse(draft.count);
    draft.retry = job.section("retry").map(this::retry).orElse(draft.retry);
    draft.timeout = span(job, "timeout", draft.timeout);
    draft.disconnect = job.section("disconnect").map(this::disconnect).orElse(draft.disconnect);
    draft.after = after();
    draft.files = form.files(job);
    job.refuseOthers();
    return draft.spec();
  }

  private List<String> run() {
    List<String> nothing = List.of("true");
    if (!job.has("run")) {
      job.missing("run", "say what to run, for example 'run: python train.py'");
      return nothing;
    }
    Optional<List<String>> run = form.run(job);
    return held(job, "run", run, JobRules::run).orElse(nothing);
  }

  private String name(String fallbackName, List<String> run) {
    return held(job, "name", job.text("name"), JobRules::name)
        .filter(name -> !name.isBlank())
        .orElseGet(
            () -> fallbackName.isEmpty() ? JobRules.nameOf(run) : JobRules.fit(fallbackName));
  }

  private Resources resources(F fields) {
    Resources usual = Resources.NONE;
    double vramGb = fields.amount("vram_gb").orElse(usual.vramGb());
    Optional<Gpus> written =
        held(fields, "gpus", form.gpus(fields), wanted -> JobRules.gpus(wanted.count()));
    Gpus gpus = written.orElse(new Gpus(usual.gpus(), 0));
    if (vramGb > 0 && gpus.count() == 0 && !fields.has("gpus")) {
      fields.problem("vram_gb", "needs 'resources.gpus': it is the memory of each GPU");
    }
    Resources resources =
        new Resources(
            gpus.count(),
            Math.max(vramGb, gpus.vramGb()),
            fields.amount("cpus").orElse(usual.cpus()),
            fields.amount("memory_gb").orElse(usual.memoryGb()),
            fields.amount("disk_gb").orElse(usual.diskGb()),
            fields.text("role").orElse(usual.role()),
            fields.textMap("labels"));
    fields.refuseOthers();
    return resources;
  }

  private Retry retry(F fields) {
    Retry usual = Retry.NONE;
    int attempts = fields.whole("attempts", 1, Retry.ATTEMPTS_MAX).orElse(usual.attempts());
    Set<Integer> codes = new HashSet<>();
    for (String text : fields.texts("on_exit_codes")) {
      if (text.matches("\\d{1,3}") && JobRules.exitCode(Integer.parseInt(text)).isEmpty()) {
        codes.add(Integer.valueOf(text));
      } else {
        fields.problem("on_exit_codes", "has '%s': write numbers from 0 to 255".formatted(text));
      }
    }
    Duration backoff = span(fields, "backoff", usual.backoff());
    fields.refuseOthers();
    return new Retry(attempts, codes, backoff);
  }

  private Disconnect disconnect(F fields) {
    Disconnect usual = Disconnect.DEFAULT;
    Duration lostAfter = span(fields, "lost_after", usual.lostAfter());
    boolean exclusive = fields.flag("exclusive").orElse(usual.exclusive());
    fields.refuseOthers();
    return new Disconnect(lostAfter, exclusive);
  }

  private Set<Long> after() {
    Set<Long> after = new HashSet<>();
    for (String text : job.texts("after")) {
      if (text.matches("[1-9]\\d{0,17}")) {
        after.add(Long.valueOf(text));
      } else {
        job.problem("after", "has '%s': write the ids of jobs, for example [7, 8]".formatted(text));
      }
    }
    return after;
  }

  private Duration span(F fields, String name, Duration usual) {
    return held(fields, name, fields.duration(name), JobRules::span).orElse(usual);
  }

  /// The value, unless a rule has something against it; what that is becomes a problem.
  private static <T, F extends Fields<F>> Optional<T> held(
      F fields, String name, Optional<T> value, Function<T, Optional<String>> rule) {
    Optional<String> why = value.flatMap(rule);
    why.ifPresent(text -> fields.problem(name, text));
    return why.isPresent() ? Optional.empty() : value;
  }
}
