package dev.ringrift.io.ledger;

import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What a voter has to know of its timings when it starts: `timings.json` in the ledger's folder.
///
/// @param runs on which it opened its ledger last
/// @param promised the longest promise not to elect another that may still be in force
record KeptTimings(ElectionTimings runs, Duration promised) {
  /// Of a folder that is being born: it has promised nothing.
  static final KeptTimings NEW = new KeptTimings(ElectionTimings.LAN, Duration.ZERO);

  /// Where it is not known what was promised, it may have been the most.
  private static final KeptTimings UNKNOWN =
      new KeptTimings(ElectionTimings.LAN, ElectionTimings.LEAST_MAX);

  static KeptTimings read(Path folder) {
    try {
      return Json.read(Files.readAllBytes(file(folder)), KeptTimings.class);
    } catch (IOException | IllegalArgumentException e) {
      return UNKNOWN;
    }
  }

  /// What is to be on disk before the ledger is opened with `timings`.
  KeptTimings before(ElectionTimings timings) {
    Duration next = timings.least();
    return new KeptTimings(timings, next.compareTo(promised) > 0 ? next : promised);
  }

  /// What is to be on disk once all that was promised under other timings is over.
  KeptTimings after() {
    return new KeptTimings(runs, runs.least());
  }

  /// Returns after it is on disk.
  void write(Path folder) {
    try {
      Disk.write(file(folder), Json.pretty(this).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + file(folder), e);
    }
  }

  private static Path file(Path folder) {
    return folder.resolve("timings.json");
  }
}
