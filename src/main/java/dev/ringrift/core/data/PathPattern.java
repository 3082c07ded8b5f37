package dev.ringrift.core.data;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Which files are meant: `*` is any part of a name, `**` also of several, `?` one character,
/// `[a-z]` and `[!a-z]` one of some or of others. Without a slash it is about the file's name in
/// whatever folder; with one it is about the whole path.
public final class PathPattern {
  private static final int LENGTH_MAX = 1_024;

  private final String text;
  private final Pattern regex;

  private PathPattern(String text, Pattern regex) {
    this.text = text;
    this.regex = regex;
  }

  /// @throws IllegalArgumentException when it is none
  public static PathPattern parse(String text) {
    if (text.isBlank() || text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a pattern of %d characters: use 1 to %d".formatted(text.length(), LENGTH_MAX));
    }
    try {
      return new PathPattern(text, Pattern.compile(regex(text)));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'%s' is no pattern: %s".formatted(text, e.getDescription()), e);
    }
  }

  private static String regex(String text) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int end = c == '[' ? text.indexOf(']', i + 2) : -1;
      if (text.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (text.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (end > 0) {
        regex.append(oneOf(text.substring(i + 1, end)));
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static String oneOf(String some) {
    boolean others = some.startsWith("!");
    String rest = (others ? some.substring(1) : some).replaceAll("([\\[\\]\\\\&^])", "\\\\$1");
    return "(?!/)[%s%s]".formatted(others ? "^" : "", rest);
  }

  public boolean matches(RelativePath path) {
    return regex.matcher(text.contains("/") ? path.text() : path.fileName()).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
