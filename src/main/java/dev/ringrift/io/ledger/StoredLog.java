package dev.ringrift.io.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;
import org.jspecify.annotations.Nullable;

/// What is in the log files of a closed ledger.
///
/// Ratis itself, when it opens a log, deletes a file in which it finds no entry and starts where
/// there is a gap; so the files are read here first, without changing them.
///
/// @param first the index of the first entry, or -1 for an empty log
/// @param last of the last entry, or -1
/// @param lastTerm of the last entry, or 0
record StoredLog(long first, long last, long lastTerm) {
  private static final Pattern NAME = Pattern.compile("log(?:_inprogress)?_(\\d+)(?:-(\\d+))?");

  /// Reads all entries in order.
  ///
  /// @throws IOException when a file is damaged or missing; the message says which
  static StoredLog read(Path current, Consumer<LogEntryProto> each) throws IOException {
    long first = -1;
    long next = -1;
    long[] lastTerm = {0};
    for (Segment segment : segments(current)) {
      if (next >= 0 && segment.start() != next) {
        throw new IOException(
            "%s begins with entry %d, but entry %d is missing"
                .formatted(segment.path(), segment.start(), next));
      }
      int count = read(segment, each.andThen(entry -> lastTerm[0] = entry.getTerm()));
      if (segment.end() != null && count != segment.end() - segment.start() + 1) {
        throw new IOException(
            "%s has %d entries instead of %d"
                .formatted(segment.path(), count, segment.end() - segment.start() + 1));
      }
      first = first < 0 && count > 0 ? segment.start() : first;
      next = segment.start() + count;
    }
    return new StoredLog(first, first < 0 ? -1 : next - 1, lastTerm[0]);
  }

  private static int read(Segment segment, Consumer<LogEntryProto> each) throws IOException {
    if (Files.size(segment.path()) == 0 && segment.end() == null) {
      return 0;
    }
    try {
      return LogSegment.readSegmentFile(
          segment.path().toFile(),
          LogSegmentPath.matchLogSegment(segment.path()).getStartEnd(),
          SizeInBytes.valueOf(RatisSettings.APPEND_BYTES_MAX),
          CorruptionPolicy.EXCEPTION,
          null,
          each);
    } catch (IOException | IllegalStateException e) {
      throw new IOException("%s is damaged: %s".formatted(segment.path(), e.getMessage()), e);
    }
  }

  private static List<Segment> segments(Path current) throws IOException {
    List<Segment> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(current)) {
      for (Path path : files.toList()) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (name.matches()) {
          Long end = name.group(2) == null ? null : Long.valueOf(name.group(2));
          found.add(new Segment(path, Long.parseLong(name.group(1)), end));
        }
      }
    }
    found.sort(Comparator.comparingLong(Segment::start));
    return found;
  }

  /// @param end of a file that is complete; null for the one that is written to
  private record Segment(Path path, long start, @Nullable Long end) {}
}
