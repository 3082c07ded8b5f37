package dev.ringrift.core.data;

import java.util.List;

/// Where a file lies below some folder, as `models/latest.pth`: names parted by slashes. It cannot
/// lead out of the folder or name a hidden file, whoever wrote it.
public record RelativePath(String text) implements Comparable<RelativePath> {
  /// Most characters.
  public static final int LENGTH_MAX = 1_024;

  private static final int NAME_LENGTH_MAX = 240;

  /// @throws IllegalArgumentException when it is none
  public RelativePath {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a path of %d characters: use 1 to %d".formatted(text.length(), LENGTH_MAX));
    }
    for (String name : text.split("/", -1)) {
      String trouble = trouble(name);
      if (!trouble.isEmpty()) {
        throw new IllegalArgumentException(
            "'%s' is no path below a folder: %s".formatted(printable(text), trouble));
      }
    }
  }

  private static String trouble(String name) {
    if (name.isEmpty()) {
      return "a slash begins it, ends it or is doubled";
    }
    if (name.startsWith(".")) {
      return "a name in it begins with a dot";
    }
    if (name.length() > NAME_LENGTH_MAX) {
      return "a name in it has more than %d characters".formatted(NAME_LENGTH_MAX);
    }
    boolean odd = name.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c));
    return odd ? "it has a backslash or a control character" : "";
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /// The names from the outermost folder to the file.
  public List<String> names() {
    return List.of(text.split("/", -1));
  }

  /// The last of its names.
  public String fileName() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  @Override
  public int compareTo(RelativePath other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
