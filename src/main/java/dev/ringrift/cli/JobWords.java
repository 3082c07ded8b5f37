package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.Selector;
import java.util.List;

/// The words by which a command was told which jobs it means. They are checked before anybody is
/// asked; what they mean is known where the jobs are.
///
/// @param text the words with commas between them, as the API takes it
record JobWords(String text) {
  static final String HELP = "an id, a range as in 1-10, one task as in 7.3, 'last' or 'all'";

  /// Checks what was typed.
  static JobWords of(List<String> typed) {
    String text = String.join(",", typed);
    parse(text);
    return new JobWords(text);
  }

  /// One job or task, for commands that show one thing.
  static JobWords one(String typed) {
    if (!parse(typed).single()) {
      throw new CommandError(
          ExitCode.BAD_INPUT,
          new UserError("'%s' selects more than one job".formatted(typed), "", "write one id"));
    }
    return new JobWords(typed);
  }

  private static Selector parse(String text) {
    try {
      return Selector.parse(text);
    } catch (UserError e) {
      throw new CommandError(ExitCode.BAD_INPUT, e);
    }
  }
}
