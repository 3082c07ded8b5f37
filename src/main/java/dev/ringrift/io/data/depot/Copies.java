package dev.ringrift.io.data.depot;

import dev.ringrift.agent.data.Depot;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which names are the cluster's on this node, and with which content: what was taken or fetched,
/// and may be removed again. Files that a person put into the folder are not among them. On disk
/// when a method returns. Thread-safe.
///
/// That one is read is kept in memory at once, and written down when this is closed and with the
/// next change: after a crash the order of eviction may be older, which costs a fetch at worst.
final class Copies implements AutoCloseable {
  private final Journal<Line> journal;
  private final Map<RelativePath, Line> byName = new LinkedHashMap<>();
  private final Map<ObjectId, Long> uses = new HashMap<>();
  private final Set<ObjectId> unwritten = new LinkedHashSet<>();
  private long lastUse;

  private Copies(Journal<Line> journal) {
    this.journal = journal;
    journal.loaded().forEach(this::apply);
  }

  /// @param file made where it is missing
  static Copies open(Path file) throws IOException {
    return new Copies(
        Journal.open(
            file,
            Line.class,
            "the list of the cluster's files",
            "move it away; the files stay, and are no longer removed by the cluster"));
  }

  private void apply(Line line) {
    RelativePath name = new RelativePath(line.name());
    Line before = byName.remove(name);
    if (before != null && !before.id().equals(line.id()) && names(before.id()).isEmpty()) {
      uses.remove(before.id());
    }
    if (line.sizeBytes() >= 0) {
      byName.put(name, line);
      uses.put(line.id(), ++lastUse);
    } else if (names(line.id()).isEmpty()) {
      uses.remove(line.id());
    }
  }

  /// A content is of use now.
  synchronized void used(ObjectId id) {
    if (uses.computeIfPresent(id, (same, old) -> ++lastUse) != null) {
      unwritten.remove(id);
      unwritten.add(id); // the newest is last
    }
  }

  /// Notes that a name is the cluster's, with this content, and is of use now.
  synchronized void put(RelativePath name, ObjectId id, long sizeBytes) {
    write(new Line(name.text(), id, sizeBytes));
  }

  /// Forgets all names of a content.
  ///
  /// @return these names
  synchronized List<RelativePath> remove(ObjectId id) {
    List<RelativePath> names = names(id);
    names.forEach(name -> write(new Line(name.text(), id, -1)));
    return names;
  }

  /// The names of a content.
  synchronized List<RelativePath> names(ObjectId id) {
    return byName.values().stream()
        .filter(line -> line.id().equals(id))
        .map(line -> new RelativePath(line.name()))
        .toList();
  }

  /// Each content once, the one that was of use least lately first.
  synchronized List<Depot.Spare> spare() {
    Map<ObjectId, Depot.Spare> found = new LinkedHashMap<>();
    for (Line line : byName.values()) {
      found.put(line.id(), new Depot.Spare(line.id(), line.sizeBytes()));
    }
    return found.values().stream()
        .sorted(Comparator.comparing(spare -> uses.getOrDefault(spare.id(), 0L)))
        .toList();
  }

  /// The lines that say anew which contents were of use since they were written.
  private List<Line> uses() {
    List<Line> lines = new ArrayList<>();
    for (ObjectId id : unwritten) {
      byName.values().stream()
          .filter(line -> line.id().equals(id))
          .findFirst()
          .ifPresent(lines::add);
    }
    unwritten.clear();
    return lines;
  }

  private List<Line> all() {
    return byName.values().stream()
        .sorted(Comparator.comparing(line -> uses.getOrDefault(line.id(), 0L)))
        .toList();
  }

  private void write(Line line) {
    try {
      List<Line> lines = uses();
      lines.add(line);
      journal.append(lines);
      apply(line);
      if (journal.grown()) {
        journal.compact(all());
      }
    } catch (IOException e) {
      throw new UserError(
          "cannot note that %s is the cluster's".formatted(line.name()),
          e.toString(),
          "is the disk full?");
    }
  }

  @Override
  public synchronized void close() throws IOException {
    List<Line> lines = uses();
    if (!lines.isEmpty()) {
      journal.append(lines);
    }
    journal.close();
  }

  /// @param sizeBytes negative when the name is no longer the cluster's
  private record Line(String name, ObjectId id, long sizeBytes) {}
}
