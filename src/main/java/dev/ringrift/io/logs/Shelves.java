package dev.ringrift.io.logs;

import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Both streams of one attempt. That it has ended, and when, says a file `ID.ended`. Not
/// thread-safe.
final class Shelves {
  static final String ENDED = ".ended";

  private final AttemptId attempt;
  private final Path mark;
  private final Map<LogStream, Shelf> streams = new EnumMap<>(LogStream.class);
  private final Set<LogStream> ends = EnumSet.noneOf(LogStream.class);
  private long changedMillis;
  private long endedMillis;
  private long number;

  Shelves(Path folder, AttemptId attempt) {
    this.attempt = attempt;
    mark = folder.resolve(attempt + ENDED);
    for (LogStream stream : LogStream.values()) {
      streams.put(stream, new Shelf(folder, attempt, stream));
    }
  }

  /// Notes a file of a stream that is there from before.
  void found(LogStream stream, long offset, int size, long modifiedMillis) {
    of(stream).found(offset, size);
    changedMillis = Math.max(changedMillis, modifiedMillis);
  }

  /// Notes the mark of its end that is there from before.
  void foundEnded(long millis) {
    ends.addAll(EnumSet.allOf(LogStream.class));
    endedMillis = millis;
  }

  AttemptId attempt() {
    return attempt;
  }

  Shelf of(LogStream stream) {
    Shelf shelf = streams.get(stream);
    if (shelf == null) {
      throw new IllegalStateException("no shelf for " + stream);
    }
    return shelf;
  }

  /// The number of its newest change in the store, 0 before the first.
  long number() {
    return number;
  }

  /// Wall time of its newest change.
  long changedMillis() {
    return changedMillis;
  }

  void changed(long newNumber, long atMillis) {
    number = newNumber;
    changedMillis = atMillis;
  }

  /// One of the streams will print no more.
  void end(LogStream stream, long atMillis) throws IOException {
    if (ends.add(stream) && ended()) {
      endedMillis = Math.max(1, atMillis);
      Files.write(mark, new byte[0]);
      Files.setLastModifiedTime(mark, FileTime.fromMillis(endedMillis));
    }
  }

  boolean ended() {
    return ends.size() == LogStream.values().length;
  }

  boolean ended(LogStream stream) {
    return ends.contains(stream);
  }

  /// When its turn to make room comes: those that ended first go first. One that never ends,
  /// since its machine is lost, counts as ended a while after its last words.
  long leavesMillis(long abandonedAfterMillis) {
    return ended() ? endedMillis : changedMillis + abandonedAfterMillis;
  }

  long bytes() {
    return streams.values().stream().mapToLong(Shelf::bytes).sum();
  }

  LogHoldings.Held held() {
    List<LogHoldings.Extent> extents =
        Arrays.stream(LogStream.values())
            .map(each -> new LogHoldings.Extent(each, of(each).length(), ended(each)))
            .toList();
    return new LogHoldings.Held(attempt, endedMillis, extents);
  }

  /// Drops what it printed; that it did, and how much, stays known.
  void clear() throws IOException {
    for (Shelf shelf : streams.values()) {
      shelf.clear();
    }
  }

  /// Drops all of it.
  void remove() throws IOException {
    clear();
    Files.deleteIfExists(mark);
  }
}
