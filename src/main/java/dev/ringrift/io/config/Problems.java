package dev.ringrift.io.config;

import dev.ringrift.core.UserError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Gathers all that is wrong with one input, so that a person mends it in one go. Not thread-safe.
final class Problems {
  /// Most problems that are shown; a file with more is probably not what it was taken for.
  static final int SHOWN_MAX = 30;

  private static final Pattern LINE = Pattern.compile("line (\\d{1,9}):");

  private final List<String> found = new ArrayList<>();

  /// Notes one problem.
  ///
  /// @param where for example `line 3`, or empty where it is about the whole
  void add(String where, String text) {
    String line = where.isEmpty() ? text : where + ": " + text;
    if (!found.contains(line)) {
      found.add(line);
    }
  }

  /// Throws one error that names every problem in the order of the lines, if there is any.
  void throwIfAny(String what, String mend) {
    if (found.isEmpty()) {
      return;
    }
    found.sort(Comparator.comparingInt(Problems::line));
    List<String> shown = new ArrayList<>(found.subList(0, Math.min(found.size(), SHOWN_MAX)));
    if (found.size() > SHOWN_MAX) {
      shown.add("and %d more".formatted(found.size() - SHOWN_MAX));
    }
    throw new UserError(what, String.join("\n", shown), mend);
  }

  private static int line(String problem) {
    Matcher line = LINE.matcher(problem);
    return line.lookingAt() ? Integer.parseInt(line.group(1)) : Integer.MAX_VALUE;
  }
}
