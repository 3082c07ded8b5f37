package dev.ringrift.io.keeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Finds the processes of an attempt in `/proc`: those in its session or process group, and
/// those that left it but carry its mark in their environment.
final class ProcessTable {
  /// In the environment of every process of an attempt: its folder, so unique on the machine.
  static final String MARK = "RINGRIFT_ATTEMPT_DIR";

  private static final Path PROC = Path.of("/proc");

  private ProcessTable() {}

  /// The running processes of an attempt.
  ///
  /// @param session the session and process group of its main process, 0 where that may by now
  ///     be another's
  /// @param folder the attempt's
  static List<Long> members(long session, Path folder) {
    byte[] mark = (MARK + "=" + folder + "\0").getBytes(StandardCharsets.UTF_8);
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (Path process : all) {
        long pid = Long.parseLong(process.getFileName().toString());
        Optional<ProcId.Stat> stat = ProcId.stat(pid).filter(ProcId.Stat::running);
        if (stat.isPresent() && (inside(stat.get(), session) || marked(process, mark))) {
          found.add(pid);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc cannot be read", e);
    }
    return found;
  }

  /// The running processes, but this one, of all attempts whose folders lie in a folder; and to
  /// which of those each belongs.
  static Map<Long, Path> below(Path attempts) {
    Map<Long, Path> found = new TreeMap<>();
    long own = ProcessHandle.current().pid();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (Path process : all) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (pid != own && ProcId.stat(pid).filter(ProcId.Stat::running).isPresent()) {
          mark(process)
              .filter(at -> attempts.equals(at.getParent()))
              .ifPresent(at -> found.put(pid, at));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc cannot be read", e);
    }
    return found;
  }

  private static Optional<Path> mark(Path process) {
    try {
      String all =
          new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.UTF_8);
      return Arrays.stream(all.split("\0", -1))
          .filter(variable -> variable.startsWith(MARK + "="))
          .map(variable -> Path.of(variable.substring(MARK.length() + 1)))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // another user's, or ended
    }
  }

  private static boolean inside(ProcId.Stat stat, long session) {
    return session != 0 && (stat.session() == session || stat.group() == session);
  }

  private static boolean marked(Path process, byte[] mark) {
    return has(process.resolve("environ"), mark);
  }

  /// The processes whose command lines have these words one after the other. Read here because the
  /// JDK shows no words of a command line that is longer than a page, as one with a class path is.
  static List<Long> with(List<String> words) {
    byte[] part = (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8);
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (Path process : all) {
        if (has(process.resolve("cmdline"), part)) {
          found.add(Long.parseLong(process.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc cannot be read", e);
    }
    return found;
  }

  private static boolean has(Path file, byte[] part) {
    try {
      return contains(Files.readAllBytes(file), part);
    } catch (IOException e) {
      return false; // another user's, or ended
    }
  }

  private static boolean contains(byte[] text, byte[] part) {
    for (int at = 0; at + part.length <= text.length; at++) {
      boolean begins = at == 0 || text[at - 1] == 0;
      if (begins && Arrays.equals(text, at, at + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
