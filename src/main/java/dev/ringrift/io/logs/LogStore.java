package dev.ringrift.io.logs;

import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What attempts printed, on a voter's disk: bounded for each stream (head and tail are kept)
/// and in all (the attempts that ended first go first). A full disk or a lost file costs
/// output, never a job. Thread-safe.
public final class LogStore {
  /// Attempts that are kept at a time.
  static final int ATTEMPTS_MAX = 50_000;

  private static final Pattern FILE =
      Pattern.compile("(\\d+\\.\\d+\\.\\d+)\\.(stdout|stderr)\\.(\\d+)");
  private static final String ENDED = ".ended";

  private final Path folder;
  private final long streamBytesMax;
  private final long allBytesMax;

  /// Those that have ended are in the order in which they did.
  private final Map<AttemptId, Shelves> attempts = new LinkedHashMap<>();

  private final Map<AttemptId, CompletableFuture<Void>> waiting = new HashMap<>();
  private long bytes;

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

  /// Adds output.
  ///
  /// @param after the length that the sender believes to be here; when it is another, nothing is
  ///     taken
  /// @param offset of the first byte, not before `after`
  /// @param ended whether nothing will follow
  /// @return the length that is here now
  public synchronized long append(
      AttemptId attempt, LogStream stream, long after, long offset, byte[] data, boolean ended) {
    if (after < 0 || offset < after) {
      throw new IllegalArgumentException(
          "output of %s at %d after %d".formatted(attempt, offset, after));
    }
    Shelves shelves = attempts.computeIfAbsent(attempt, id -> new Shelves(folder, id));
    Shelf shelf = shelves.of(stream);
    if (shelf.length() != after) {
      return shelf.length();
    }
    try {
      long before = shelf.bytes();
      shelf.append(offset, data);
      shelf.trim(streamBytesMax);
      bytes += shelf.bytes() - before;
      if (ended && shelves.end(stream)) {
        Files.write(folder.resolve(attempt + ENDED), new byte[0]);
        attempts.remove(attempt);
        attempts.put(attempt, shelves);
      }
      makeRoom(attempt);
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

  private void makeRoom(AttemptId writing) throws IOException {
    while (bytes > allBytesMax || attempts.size() > ATTEMPTS_MAX) {
      var ended =
          attempts.entrySet().stream()
              .filter(each -> each.getValue().ended() && !each.getKey().equals(writing))
              .findFirst();
      if (ended.isEmpty()) {
        break;
      }
      bytes -= ended.get().getValue().clear();
      Files.deleteIfExists(folder.resolve(ended.get().getKey() + ENDED));
      attempts.remove(ended.get().getKey());
    }
    if (bytes > allBytesMax) {
      // Only running ones are left: the one that prints most pays.
      Shelves largest =
          attempts.values().stream().max(Comparator.comparingLong(Shelves::bytes)).orElseThrow();
      bytes -= largest.clear();
    }
  }

  private void load() throws IOException {
    Map<AttemptId, Shelves> found = new HashMap<>();
    Map<AttemptId, Long> endedMillis = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        String name = file.getFileName().toString();
        Matcher segment = FILE.matcher(name);
        if (segment.matches()) {
          AttemptId attempt = AttemptId.parse(segment.group(1));
          int size = (int) Files.size(file);
          found
              .computeIfAbsent(attempt, id -> new Shelves(folder, id))
              .of(LogStream.valueOf(segment.group(2).toUpperCase(Locale.ROOT)))
              .found(Long.parseLong(segment.group(3)), size);
          bytes += size;
        } else if (name.endsWith(ENDED)) {
          AttemptId id = AttemptId.parse(name.substring(0, name.length() - ENDED.length()));
          found.computeIfAbsent(id, each -> new Shelves(folder, each)).endAll();
          endedMillis.put(id, Files.getLastModifiedTime(file).toMillis());
        }
      }
    }
    found.entrySet().stream()
        .sorted(
            Comparator.comparingLong(
                each -> endedMillis.getOrDefault(each.getKey(), Long.MAX_VALUE)))
        .forEach(each -> attempts.put(each.getKey(), each.getValue()));
  }

  /// Both streams of one attempt.
  private static final class Shelves {
    private final Map<LogStream, Shelf> streams = new EnumMap<>(LogStream.class);
    private final Map<LogStream, Boolean> ends = new EnumMap<>(LogStream.class);

    Shelves(Path folder, AttemptId attempt) {
      for (LogStream stream : LogStream.values()) {
        streams.put(stream, new Shelf(folder, attempt, stream));
      }
    }

    Shelf of(LogStream stream) {
      Shelf shelf = streams.get(stream);
      if (shelf == null) {
        throw new IllegalStateException("no shelf for " + stream);
      }
      return shelf;
    }

    /// Whether this was the last of the streams to end.
    boolean end(LogStream stream) {
      return ends.put(stream, true) == null && ended();
    }

    void endAll() {
      for (LogStream stream : LogStream.values()) {
        ends.put(stream, true);
      }
    }

    boolean ended() {
      return ends.size() == LogStream.values().length;
    }

    boolean ended(LogStream stream) {
      return ends.containsKey(stream);
    }

    long bytes() {
      return streams.values().stream().mapToLong(Shelf::bytes).sum();
    }

    /// How many bytes were dropped.
    long clear() throws IOException {
      long before = bytes();
      for (Shelf shelf : streams.values()) {
        shelf.clear();
      }
      return before;
    }
  }
}
