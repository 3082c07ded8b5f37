package dev.ringrift.io.gate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Finds which process listens on a TCP port, from Linux's `/proc/net/tcp`, `/proc/net/tcp6` and
/// `/proc/PID/fd` (proc(5)).
final class PortHolder {
  private static final String LISTEN = "0A";
  private static final int COMMAND_LENGTH_MAX = 120;

  private final Path proc;

  PortHolder(Path proc) {
    this.proc = proc;
  }

  /// @param command its program and arguments, shortened
  record Holder(long pid, String command) {}

  /// Who listens on `port`; empty where it cannot be told, as for the processes of other users.
  Optional<Holder> find(int port) {
    Set<String> links = new HashSet<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : lines(proc.resolve(table))) {
        inode(line, port).ifPresent(inode -> links.add("socket:[%s]".formatted(inode)));
      }
    }
    if (links.isEmpty()) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, links)) {
          return Optional.of(new Holder(pid(process), command(process)));
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /// The inode of a line of the table, when it is a listener on `port`.
  private static Optional<String> inode(String line, int port) {
    String[] words = line.strip().split("\\s+", -1);
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    return words.length > 9 && words[3].equals(LISTEN) && words[1].endsWith(suffix)
        ? Optional.of(words[9])
        : Optional.empty();
  }

  private static boolean holds(Path process, Set<String> links) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (links.contains(target(file))) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // of another user, or just ended
    }
    return false;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  private static long pid(Path process) {
    return Long.parseLong(String.valueOf(process.getFileName()));
  }

  private static String command(Path process) {
    try {
      String text = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      return shortened(List.of(text.replaceFirst("\0$", "").split("\0", -1)));
    } catch (IOException e) {
      return "";
    }
  }

  /// The program and its last words, which say more than the options before them: of a Java program
  /// its class and arguments.
  private static String shortened(List<String> words) {
    String whole = String.join(" ", words);
    if (whole.length() <= COMMAND_LENGTH_MAX) {
      return whole;
    }
    String program = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
    int first = words.size();
    int length = program.length();
    while (first > 1 && length + words.get(first - 1).length() < COMMAND_LENGTH_MAX) {
      first--;
      length += words.get(first).length() + 1;
    }
    return "%s … %s".formatted(program, String.join(" ", words.subList(first, words.size())));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of(); // no such table here
    }
  }
}
