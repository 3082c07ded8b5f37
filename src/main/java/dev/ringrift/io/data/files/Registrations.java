package dev.ringrift.io.data.files;

import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Which names are given to files that lie outside of the served root; on disk when a method
/// returns. Thread-safe.
final class Registrations implements AutoCloseable {
  private final Journal<Line> journal;
  private final NavigableMap<RelativePath, Path> paths = new ConcurrentSkipListMap<>();

  private Registrations(Journal<Line> journal) {
    this.journal = journal;
  }

  /// @param file made where it is missing
  static Registrations open(Path file) throws IOException {
    Registrations opened =
        new Registrations(
            Journal.open(
                file,
                Line.class,
                "the list of registered files",
                "move it away; files outside of the served folder have to be published again"));
    for (Line line : opened.journal.loaded()) {
      opened.apply(line);
    }
    return opened;
  }

  private void apply(Line line) {
    RelativePath name = new RelativePath(line.name());
    if (line.path().isEmpty()) {
      paths.remove(name);
    } else {
      paths.put(name, Path.of(line.path()));
    }
  }

  Optional<Path> find(RelativePath name) {
    return Optional.ofNullable(paths.get(name));
  }

  Map<RelativePath, Path> all() {
    return paths;
  }

  synchronized void put(RelativePath name, Path path) throws IOException {
    write(new Line(name.text(), path.toString()));
  }

  /// Whether there was one.
  synchronized boolean remove(RelativePath name) throws IOException {
    if (!paths.containsKey(name)) {
      return false;
    }
    write(new Line(name.text(), ""));
    return true;
  }

  private void write(Line line) throws IOException {
    journal.append(List.of(line));
    apply(line);
    if (journal.grown()) {
      List<Line> all = new ArrayList<>();
      paths.forEach((name, path) -> all.add(new Line(name.text(), path.toString())));
      journal.compact(all);
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }

  /// @param path empty when the name is given up
  private record Line(String name, String path) {}
}
