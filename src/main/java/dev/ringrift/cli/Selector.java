package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import java.util.List;
import java.util.regex.Pattern;

/// Which jobs a command means: `7`, `7.3` (one task), `1-10`, `last`, `all`, or several of these.
///
/// @param text the parts with commas between them, as the API takes it
record Selector(String text) {
  static final String HELP = "an id, a range as in 1-10, one task as in 7.3, 'last' or 'all'";

  private static final Pattern PART =
      Pattern.compile("last|all|[1-9]\\d{0,17}(?:\\.\\d{1,9}|-[1-9]\\d{0,17})?");

  /// Checks what was typed.
  static Selector of(List<String> typed) {
    List<String> parts =
        typed.stream().flatMap(word -> Pattern.compile(",").splitAsStream(word)).toList();
    for (String part : parts) {
      if (!PART.matcher(part).matches() || backwards(part)) {
        throw new CommandError(
            ExitCode.BAD_INPUT,
            new UserError("'%s' selects no jobs".formatted(part), "", "write " + HELP));
      }
    }
    return new Selector(String.join(",", parts));
  }

  /// One job or task, for commands that show one thing.
  static Selector one(String typed) {
    Selector selector = of(List.of(typed));
    if (selector.text().contains(",") || selector.text().contains("-") || typed.equals("all")) {
      throw new CommandError(
          ExitCode.BAD_INPUT,
          new UserError("'%s' selects more than one job".formatted(typed), "", "write one id"));
    }
    return selector;
  }

  private static boolean backwards(String part) {
    int dash = part.indexOf('-');
    return dash > 0
        && Long.parseLong(part.substring(0, dash)) > Long.parseLong(part.substring(dash + 1));
  }
}
