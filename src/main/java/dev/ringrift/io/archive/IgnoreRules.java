package dev.ringrift.io.archive;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;

/// Which files of a folder are left out, by the rules of `.gitignore` (gitignore(5)): one pattern a
/// line, the last that fits counts, `!` takes back. Only the file at the folder's top is read.
record IgnoreRules(List<Rule> rules) {
  private static final List<String> FILES = List.of(".ringriftignore", ".gitignore");
  private static final int RULES_MAX = 1_000;

  /// The rules of a folder: of `.ringriftignore`, or else of `.gitignore`; `.git` never counts.
  static IgnoreRules of(Path folder) throws IOException {
    List<Rule> rules = new ArrayList<>();
    rules.add(Rule.parse(".git/"));
    for (String name : FILES) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .limit(RULES_MAX)
            .map(Rule::parse)
            .forEach(rules::add);
        break;
      }
    }
    return new IgnoreRules(rules);
  }

  /// @param path below the folder
  boolean ignores(Path path, boolean isFolder) {
    boolean ignored = false;
    for (Rule rule : rules) {
      if (rule.fits(path, isFolder)) {
        ignored = !rule.takesBack();
      }
    }
    return ignored;
  }

  /// @param anchored whether it means a place and not a name anywhere
  private record Rule(
      PathMatcher matcher, boolean takesBack, boolean onlyFolders, boolean anchored) {
    static Rule parse(String line) {
      boolean takesBack = line.startsWith("!");
      String text = takesBack ? line.substring(1) : line;
      boolean onlyFolders = text.endsWith("/");
      text = onlyFolders ? text.substring(0, text.length() - 1) : text;
      boolean anchored = text.contains("/");
      text = text.startsWith("/") ? text.substring(1) : text;
      return new Rule(
          FileSystems.getDefault().getPathMatcher("glob:" + text),
          takesBack,
          onlyFolders,
          anchored);
    }

    boolean fits(Path path, boolean isFolder) {
      return (isFolder || !onlyFolders)
          && (matcher.matches(path) || (!anchored && matcher.matches(path.getFileName())));
    }
  }
}
