package dev.ringrift.io.data.files;

import dev.ringrift.core.data.RelativePath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Looks through the served folder and the registered files.
final class Listing {
  /// Most files and folders that are shown.
  static final int ITEMS_MAX = 100_000;

  private static final int DEPTH_MAX = 32;

  private final ServedRoot root;
  private final Registrations registered;
  private final FileStore store;

  Listing(ServedRoot root, Registrations registered, FileStore store) {
    this.root = root;
    this.registered = registered;
    this.store = store;
  }

  /// Whether a registered file has a name below this one.
  static boolean under(Registrations registered, RelativePath folder) {
    return registered.all().keySet().stream()
        .anyMatch(name -> name.text().startsWith(folder.text() + "/"));
  }

  List<Listed> of(Optional<RelativePath> folder) {
    Map<RelativePath, Listed> found = new TreeMap<>();
    String prefix = folder.map(name -> name.text() + "/").orElse("");
    for (RelativePath name : names(folder)) {
      show(name, found);
    }
    for (RelativePath name : registered.all().keySet()) {
      if (name.text().startsWith(prefix) && found.size() < ITEMS_MAX) {
        String rest = name.text().substring(prefix.length());
        int slash = rest.indexOf('/');
        show(slash < 0 ? name : new RelativePath(prefix + rest.substring(0, slash)), found);
      }
    }
    return List.copyOf(found.values());
  }

  List<Listed> all() {
    Map<RelativePath, Listed> found = new TreeMap<>();
    registered.all().keySet().forEach(name -> show(name, found));
    walk(Optional.empty(), found, 0);
    return found.values().stream().filter(item -> !item.folder()).toList();
  }

  private void walk(Optional<RelativePath> folder, Map<RelativePath, Listed> found, int depth) {
    for (RelativePath name : names(folder)) {
      if (found.size() >= ITEMS_MAX || depth > DEPTH_MAX) {
        return;
      }
      show(name, found);
      // A folder behind a symbolic link would be walked twice, or in a circle.
      if (Files.isDirectory(root.place(name), LinkOption.NOFOLLOW_LINKS)) {
        walk(Optional.of(name), found, depth + 1);
      }
    }
  }

  /// What lies in a folder of the root, but for hidden things.
  private List<RelativePath> names(Optional<RelativePath> folder) {
    List<RelativePath> names = new ArrayList<>();
    Optional<Path> real = folder.isEmpty() ? Optional.of(root.path()) : root.find(folder.get());
    if (real.isEmpty() || !Files.isDirectory(real.get(), LinkOption.NOFOLLOW_LINKS)) {
      return names;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(real.get())) {
      for (Path file : files) {
        if (names.size() < ITEMS_MAX) {
          below(folder, String.valueOf(file.getFileName())).ifPresent(names::add);
        }
      }
    } catch (IOException e) {
      return names; // not ours to read, or just removed
    }
    return names;
  }

  private static Optional<RelativePath> below(Optional<RelativePath> folder, String name) {
    try {
      return Optional.of(
          new RelativePath(folder.map(above -> above.text() + "/").orElse("") + name));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // hidden
    }
  }

  private void show(RelativePath name, Map<RelativePath, Listed> found) {
    switch (store.find(name).orElse(null)) {
      case Found.File file ->
          found.put(
              name,
              new Listed(
                  name,
                  false,
                  file.stamp().sizeBytes(),
                  TimeUnit.NANOSECONDS.toMillis(file.stamp().modifiedNanos()),
                  file.known()));
      case Found.Folder folder -> found.put(name, new Listed(name, true, 0, 0, Optional.empty()));
      case null -> {} // gone, or not to be seen
    }
  }
}
