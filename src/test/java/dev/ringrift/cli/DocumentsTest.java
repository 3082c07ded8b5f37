package dev.ringrift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What documents and messages tell people to type.
@SuppressWarnings("ReferenceEquality") // a command is the same object or another one
class DocumentsTest {
  /// In a code block, in backticks, or in a message's quotes or after its colon.
  private static final Pattern COMMAND =
      Pattern.compile("(?m)(?:^|`|'|: |[(])(?:\\./)?ringrift ([a-z-][^`'#\"\\n\\\\()]*)");

  private final CommandLine root = Commands.of(new ShellForHelp().shell());
  private int seen;

  @Test
  void everyCommandInADocumentExists() throws IOException {
    assertThat(wrong(List.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs"), ".md"))
        .isEmpty();
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void everyCommandInAMessageExists() throws IOException {
    assertThat(wrong(List.of("src/main/java"), ".java")).isEmpty();
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void commandsThatDoNotExistAreFound() {
    assertThat(problem("jobs list --json")).isEmpty();
    assertThat(problem("cluster voters add|remove")).isEmpty();
    assertThat(problem("jobs submit --count 2 -- ls --color")).isEmpty();
    assertThat(problem("doctor")).isNotEmpty();
    assertThat(problem("jobs delete 7")).isNotEmpty();
    assertThat(problem("demo --up")).isNotEmpty();
  }

  private List<String> wrong(List<String> places, String ending) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String place : places) {
      try (Stream<Path> files = Files.walk(Path.of(place))) {
        for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
          for (Matcher found = COMMAND.matcher(Files.readString(file)); found.find(); seen++) {
            String problem = problem(found.group(1));
            if (!problem.isEmpty()) {
              wrong.add("%s: ringrift %s: %s".formatted(file, found.group(1), problem));
            }
          }
        }
      }
    }
    return wrong;
  }

  /// What is wrong with the words behind the program's name, or an empty string.
  private String problem(String words) {
    CommandLine command = root;
    for (String word : words.strip().split("[\\s,;|]+", -1)) {
      Map<String, CommandLine> inner = command.getSubcommands();
      if (word.equals("--")) {
        return "";
      } else if (word.startsWith("--")) {
        String option = word.replaceFirst("=.*", "");
        if (command.getCommandSpec().findOption(option) == null) {
          return "no option " + option;
        }
      } else if (inner.containsKey(word)) {
        command = inner.get(word);
      } else if (command.getCommand() instanceof GroupCommand || command.getParent() == null) {
        return "no command " + word;
      } else if (!inner.isEmpty()) {
        return "";
      }
    }
    return "";
  }
}
