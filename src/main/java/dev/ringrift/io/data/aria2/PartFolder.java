package dev.ringrift.io.data.aria2;

import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.UserError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The hidden folder beside the target in which aria2 works, on the same file system, so that the
/// finished file appears under its name at once and whole.
final class PartFolder {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Duration patience;
  private final Path target;
  private final Path parent;
  private final Path folder;
  private final Expected expected;

  PartFolder(FetchRequest request) {
    this(request, PATIENCE);
  }

  /// @param patience with an `aria2c` that is still there
  PartFolder(FetchRequest request, Duration patience) {
    this.patience = patience;
    this.target = request.target().toAbsolutePath().normalize();
    this.parent = Objects.requireNonNull(target.getParent(), "a target is no root");
    this.folder = parent.resolve(".%s.aria2".formatted(target.getFileName()));
    this.expected = request.expected();
  }

  /// Makes it.
  ///
  /// @throws UserError when the file has no room here
  void prepare() throws IOException {
    if (Files.isDirectory(target)) {
      throw new UserError(
          "cannot write " + target, "a folder has that name", "choose another name");
    }
    Files.createDirectories(folder);
    // What a broken-off fetch left has its space already, and how much that is nobody says.
    if (expected instanceof Expected.Pieces pieces && !Files.exists(data())) {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < pieces.manifest().sizeBytes()) {
        throw new UserError(
            "no space for %s: it has %d bytes".formatted(target, pieces.manifest().sizeBytes()),
            "%d bytes are free there".formatted(free),
            "remove something, or choose a folder on another disk");
      }
    }
  }

  /// Before aria2 comes. Without hashes of pieces it must begin anew: it takes what lies there
  /// for good, and ends with wrong bytes and no error.
  ///
  /// The `aria2c` of a program that was killed lives on for a second or two. What it writes into a
  /// file that has been verified, nobody would look at any more: so it is waited for.
  ///
  /// @throws UserError when somebody else goes on writing there
  void begin() throws IOException, InterruptedException {
    if (expected instanceof Expected.Pieces
        && Files.exists(data())
        && !OpenFiles.awaitClosed(data(), patience)) {
      throw new UserError(
          target + " is being fetched already", "", "wait for it, or end the other fetch");
    }
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        boolean same =
            expected instanceof Expected.Pieces
                && String.valueOf(file.getFileName()).startsWith(name());
        if (!same) {
          Files.delete(file);
        }
      }
    }
  }

  Path path() {
    return folder;
  }

  /// The name of the file in it: that of its content, where there is one.
  String name() {
    return switch (expected) {
      case Expected.Pieces pieces -> pieces.manifest().id().toString();
      case Expected.Whole whole -> whole.sha256().toString();
      case Expected.Unverified unverified -> "data";
    };
  }

  Path data() {
    return folder.resolve(name());
  }

  /// Throws away what is in it.
  void discard() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        Files.delete(file);
      }
    }
  }

  /// The file is empty, which asks for nothing.
  void publishEmpty() throws IOException {
    discard();
    Files.createFile(data());
    publish();
  }

  /// The file is verified: it gets its name, and the folder goes.
  void publish() throws IOException {
    force(data());
    Files.move(data(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(parent);
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
