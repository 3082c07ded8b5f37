package dev.ringrift.io.logs;

import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What attempts printed, on a voter's disk: bounded for each stream (head and tail are kept)
/// and in all (the attempts that ended first go first). A full disk or a lost file costs
/// output, never a job. Thread-safe.
public final class LogStore {
  /// Attempts that are kept at a time.
  static final int ATTEMPTS_MAX = 50_000;

  /// An attempt that has not ended and says nothing for so long makes room like an ended one: of
  /// those whose machine is lost the end never comes.
  static final Duration ABANDONED_AFTER = Duration.ofDays(1);

  private static final Pattern FILE =
      Pattern.compile("(\\d+\\.\\d+\\.\\d+)\\.(stdout|stderr)\\.(\\d+)");

  private final Path folder;
  private final long streamBytesMax;
  private final long allBytesMax;
  private final String instance = UUID.randomUUID().toString();
  private final Map<AttemptId, Shelves> attempts = new HashMap<>();

  /// In the order in which they changed last.
  private final TreeMap<Long, Shelves> changes = new TreeMap<>();

  /// In the order in which they make room.
  private final TreeSet<Leaving> leaving = new TreeSet<>(Leaving.ORDER);

  private final Map<AttemptId, CompletableFuture<Void>> waiting = new HashMap<>();
  private long bytes;
  private long lastNumber;

  /// @param folder made when it is missing
  /// @param streamBytesMax kept of each stream of each attempt
  /// @param allBytesMax kept in all
  public LogStore(Path folder, long streamBytesMax, long allBytesMax) {
    this.folder = folder;
    this.streamBytesMax = streamBytesMax;
    this.allBytesMax = allBytesMax;
    try {
      Files.createDirectories(folder);
      load();
    } catch (IOException e) {
      throw new UncheckedIOException("the logs in %s cannot be read".formatted(folder), e);
    }
  }

  /// With 16 MiB a stream and 2 GiB in all.
  public LogStore(Path folder) {
    this(folder, 16L << 20, 2L << 30);
  }

  /// Adds output that comes from its node now.
  ///
  /// @param after the length that the sender believes to be here; when it is another, nothing is
  ///     taken
  /// @param offset of the first byte, not before `after`
  /// @param ended whether nothing will follow
  /// @return the length that is here now
  public long append(
      AttemptId attempt, LogStream stream, long after, long offset, byte[] data, boolean ended) {
    return append(attempt, stream, after, offset, data, ended, System.currentTimeMillis());
  }

  /// The same for output that was printed at `atMillis` of wall time.
  synchronized long append(
      AttemptId attempt,
      LogStream stream,
      long after,
      long offset,
      byte[] data,
      boolean ended,
      long atMillis) {
    if (after < 0 || offset < after) {
      throw new IllegalArgumentException(
          "output of %s at %d after %d".formatted(attempt, offset, after));
    }
    Shelves known = attempts.get(attempt);
    Shelves shelves = known == null ? new Shelves(folder, attempt) : known;
    Shelf shelf = shelves.of(stream);
    if (shelf.length() != after) {
      return shelf.length();
    }
    if (data.length == 0 && offset == after && (!ended || shelves.ended(stream))) {
      return after; // a question
    }
    try {
      write(shelves, shelf, offset, data, atMillis);
      if (ended) {
        end(shelves, stream, atMillis);
      }
      makeRoom(shelves);
    } catch (IOException e) {
      throw new UncheckedIOException("output of %s cannot be kept".formatted(attempt), e);
    }
    CompletableFuture<Void> waiter = waiting.remove(attempt);
    if (waiter != null) {
      waiter.completeAsync(() -> null);
    }
    return shelf.length();
  }

  /// Up to `max` bytes from `offset`; `LogPart.NONE` of an attempt that is not known.
  public synchronized LogPart read(AttemptId attempt, LogStream stream, long offset, int max) {
    Shelves shelves = attempts.get(attempt);
    if (shelves == null) {
      return LogPart.NONE;
    }
    try {
      return shelves.of(stream).read(offset, max, shelves.ended(stream));
    } catch (IOException e) {
      throw new UncheckedIOException("output of %s cannot be read".formatted(attempt), e);
    }
  }

  /// How far this store is with a stream.
  synchronized LogHoldings.Extent extent(AttemptId attempt, LogStream stream) {
    Shelves shelves = attempts.get(attempt);
    return shelves == null
        ? new LogHoldings.Extent(stream, 0, false)
        : new LogHoldings.Extent(stream, shelves.of(stream).length(), shelves.ended(stream));
  }

  /// What changed after `number`; everything when that was counted by another instance.
  synchronized LogHoldings holdings(String of, long number) {
    List<Shelves> found =
        changes.tailMap(of.equals(instance) ? number : 0, false).values().stream()
            .limit(LogHoldings.ATTEMPTS_MAX)
            .toList();
    long next = found.isEmpty() ? lastNumber : found.getLast().number();
    return new LogHoldings(instance, next, found.stream().map(Shelves::held).toList());
  }

  /// Whether another has more of an attempt than is here, and it would not be the next to make
  /// room: or two full stores would give each other for ever what each has just dropped.
  synchronized boolean wants(LogHoldings.Held theirs) {
    Shelves mine = attempts.get(theirs.attempt());
    boolean more = false;
    long missing = 0;
    for (LogHoldings.Extent extent : theirs.streams()) {
      long here = mine == null ? 0 : mine.of(extent.stream()).length();
      boolean end = mine != null && mine.ended(extent.stream());
      more |= extent.length() > here || (extent.ended() && !end);
      missing += Math.clamp(extent.length() - here, 0, streamBytesMax);
    }
    boolean full =
        bytes + missing > allBytesMax || (mine == null && attempts.size() >= ATTEMPTS_MAX);
    boolean nextToGo =
        theirs.endedMillis() > 0
            && !leaving.isEmpty()
            && theirs.endedMillis() <= leaving.first().millis();
    return more && !(full && nextToGo);
  }

  /// Completes when more of an attempt arrives here, on any stream; take it before reading, or
  /// what comes in between is missed.
  public synchronized CompletableFuture<Void> more(AttemptId attempt) {
    if (waiting.size() >= ATTEMPTS_MAX) {
      waiting.values().forEach(each -> each.completeAsync(() -> null)); // they ask again
      waiting.clear();
    }
    return waiting.computeIfAbsent(attempt, id -> new CompletableFuture<>()).copy();
  }

  /// Bytes on disk.
  public synchronized long bytes() {
    return bytes;
  }

  private void write(Shelves shelves, Shelf shelf, long offset, byte[] data, long atMillis)
      throws IOException {
    long before = shelf.bytes();
    leaving.remove(leaving(shelves));
    try {
      shelf.append(offset, data);
      shelf.trim(streamBytesMax);
    } finally {
      bytes += shelf.bytes() - before;
      enter(shelves, atMillis);
    }
  }

  private void end(Shelves shelves, LogStream stream, long atMillis) throws IOException {
    leaving.remove(leaving(shelves));
    try {
      shelves.end(stream, atMillis);
    } finally {
      leaving.add(leaving(shelves));
    }
  }

  private void enter(Shelves shelves, long atMillis) {
    changes.remove(shelves.number());
    shelves.changed(++lastNumber, atMillis);
    changes.put(lastNumber, shelves);
    attempts.put(shelves.attempt(), shelves);
    leaving.add(leaving(shelves));
  }

  private static Leaving leaving(Shelves shelves) {
    return new Leaving(shelves.leavesMillis(ABANDONED_AFTER.toMillis()), shelves);
  }

  private void makeRoom(Shelves writing) throws IOException {
    while (attempts.size() > ATTEMPTS_MAX || bytes > allBytesMax) {
      Optional<Leaving> first =
          leaving.stream().filter(each -> each.shelves() != writing).findFirst();
      if (first.isEmpty()) {
        break;
      }
      boolean over =
          first.get().shelves().ended() || first.get().millis() <= System.currentTimeMillis();
      if (!over && attempts.size() <= ATTEMPTS_MAX) {
        break;
      }
      drop(first.get().shelves());
    }
    if (bytes > allBytesMax) {
      // Only running ones are left: the one that prints most pays.
      Shelves largest =
          attempts.values().stream().max(Comparator.comparingLong(Shelves::bytes)).orElseThrow();
      bytes -= largest.bytes();
      largest.clear();
    }
  }

  private void drop(Shelves shelves) throws IOException {
    bytes -= shelves.bytes();
    leaving.remove(leaving(shelves));
    changes.remove(shelves.number());
    attempts.remove(shelves.attempt());
    shelves.remove();
  }

  private void load() throws IOException {
    Map<AttemptId, Shelves> found = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        String name = file.getFileName().toString();
        long modifiedMillis = Files.getLastModifiedTime(file).toMillis();
        Matcher segment = FILE.matcher(name);
        if (segment.matches()) {
          int size = (int) Files.size(file);
          found
              .computeIfAbsent(AttemptId.parse(segment.group(1)), id -> new Shelves(folder, id))
              .found(
                  LogStream.valueOf(segment.group(2).toUpperCase(Locale.ROOT)),
                  Long.parseLong(segment.group(3)),
                  size,
                  modifiedMillis);
          bytes += size;
        } else if (name.endsWith(Shelves.ENDED)) {
          String id = name.substring(0, name.length() - Shelves.ENDED.length());
          found
              .computeIfAbsent(AttemptId.parse(id), each -> new Shelves(folder, each))
              .foundEnded(modifiedMillis);
        }
      }
    }
    found.values().stream()
        .sorted(Comparator.comparing(LogStore::leaving, Leaving.ORDER))
        .forEach(each -> enter(each, each.changedMillis()));
  }

  /// An attempt in the order of leaving.
  private record Leaving(long millis, Shelves shelves) {
    static final Comparator<Leaving> ORDER =
        Comparator.comparingLong(Leaving::millis).thenComparing(each -> each.shelves().attempt());
  }
}
