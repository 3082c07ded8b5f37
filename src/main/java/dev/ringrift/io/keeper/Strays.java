package dev.ringrift.io.keeper;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Processes of attempts that the journal does not know: it was moved away, or lost with the disk.
/// Nobody would report them, free what they hold, or end them at their lease's end, and the cluster
/// tries their tasks elsewhere; so they are ended before anything else is done.
final class Strays {
  private static final int ROUNDS_MAX = 100;
  private static final long ROUND_MILLIS = 20;

  private Strays() {}

  /// Returns when they have ended, or do not die.
  ///
  /// @param attempts the folder of all attempts' folders
  static void end(Path attempts, Book book, KeeperLog log) throws InterruptedException {
    Set<String> live =
        book.live().stream().map(kept -> kept.id().toString()).collect(Collectors.toSet());
    Set<String> told = new TreeSet<>();
    for (int round = 0; round < ROUNDS_MAX; round++) {
      List<Map.Entry<Long, Path>> strays =
          ProcessTable.below(attempts).entrySet().stream()
              .filter(one -> !live.contains(String.valueOf(one.getValue().getFileName())))
              .toList();
      if (strays.isEmpty()) {
        return;
      }
      for (Map.Entry<Long, Path> stray : strays) {
        String name = String.valueOf(stray.getValue().getFileName());
        if (told.add(name)) {
          log.say(name + ": runs, and the journal does not know it: it is ended");
        }
        Posix.kill(stray.getKey(), Posix.SIGKILL);
      }
      Thread.sleep(ROUND_MILLIS);
    }
    log.say("of %s something does not die".formatted(told));
  }
}
