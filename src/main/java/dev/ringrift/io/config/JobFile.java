package dev.ringrift.io.config;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.JobFields;
import dev.ringrift.core.jobs.JobSpec;
import java.nio.file.Path;
import java.util.List;

/// Job files: what a user asks for, in YAML.
///
/// ```yaml
/// name: train
/// run: python train.py --seed $RINGRIFT_TASK   # a text is a script for sh; a list is a program
/// resources: {gpus: 1, vram_gb: 24}
/// count: 8
/// ```
public final class JobFile {
  /// The most text that a job file may hold.
  static final int CHARS_MAX = 1 << 20;

  private JobFile() {}

  /// A key set by a flag, which goes before the file's.
  ///
  /// @param key as in the file; `resources.gpus` for one within
  /// @param where the flag, for messages, for example `--gpus`
  /// @param content a string, a list of strings or a map of strings
  public record Setting(String key, String where, Object content) {}

  /// Reads a job file.
  ///
  /// @throws UserError with every problem at once
  public static JobSpec read(Path file, List<Setting> overrides) {
    String text =
        PrivateFiles.read(file)
            .orElseThrow(
                () ->
                    new UserError(
                        "there is no job file " + file,
                        "",
                        "correct its name; a command goes after '--'"));
    Path name = file.getFileName();
    return parse(text, name == null ? file.toString() : name.toString(), overrides);
  }

  /// Makes a job of flags alone.
  ///
  /// @throws UserError with every problem at once
  public static JobSpec of(List<Setting> overrides) {
    return parse("", "", overrides);
  }

  /// @param source the file's name; empty where there is none
  static JobSpec parse(String text, String source, List<Setting> overrides) {
    String what = source.isEmpty() ? "the job is not valid" : "job file %s is not valid";
    Problems problems = new Problems();
    if (text.length() > CHARS_MAX) {
      problems.add("", "it has more than %d characters".formatted(CHARS_MAX));
      problems.throwIfAny(what.formatted(source), "is it a job file?");
    }
    Value.Table table = Yaml.table(text, what.formatted(source), problems);
    for (Setting override : overrides) {
      table = table.with(override.key(), Value.of(override.where(), override.content()));
    }
    JobSpec spec =
        JobFields.read(
            new Section(table, problems),
            new YamlForm(problems),
            source.replaceFirst("\\.ya?ml$", ""));
    problems.throwIfAny(
        what.formatted(source), "correct these; 'ringrift help jobs submit' lists what may be set");
    return spec;
  }
}
