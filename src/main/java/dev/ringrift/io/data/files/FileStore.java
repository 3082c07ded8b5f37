package dev.ringrift.io.data.files;

import dev.ringrift.agent.data.Holding;
import dev.ringrift.agent.data.Holdings;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// The files that this node serves: those in one folder, the root, and those that are registered
/// where they lie. A file has a name below the root, and once it has been read an id. Thread-safe;
/// all but `find` by id and `ids` may wait for the disk.
///
/// A file in the root that nobody announced is read in the background; until then it is served, but
/// has no id. A file that changed is no longer the content that it was: it gets another id when it
/// has been read again.
public final class FileStore implements Holdings, AutoCloseable {
  private final ServedRoot root;
  private final Registrations registered;
  private final FileHasher hasher;
  private final FileIndex index = new FileIndex();
  private final Indexer indexer;
  private volatile Consumer<ObjectId> onRead = id -> {};

  private FileStore(ServedRoot root, Registrations registered, FileHasher hasher) {
    this.root = root;
    this.registered = registered;
    this.hasher = hasher;
    this.indexer = new Indexer(this);
  }

  /// @param root the served folder; made where it is missing
  /// @param state a folder for what has to survive a restart; made where it is missing
  /// @throws UserError when one of them cannot be used
  public static FileStore open(Path root, Path state, FileHasher hasher) {
    try {
      Files.createDirectories(root);
      Files.createDirectories(state);
      FileStore store =
          new FileStore(
              new ServedRoot(root.toRealPath()),
              Registrations.open(state.resolve("registered.journal")),
              hasher);
      store.indexer.start();
      return store;
    } catch (IOException e) {
      throw new UserError(
          "cannot serve files from " + root, e.toString(), "may you write there and to " + state);
    }
  }

  /// Where a file with this name belongs when it is to lie in the root.
  public Path place(RelativePath name) {
    return root.place(name);
  }

  /// Serves `file` under `name`, in the place of what had the name: by a hard link in the root
  /// where that is possible, else where it lies. No byte is copied. Blocks while the file is read.
  ///
  /// @param progress gets how many bytes have been read, from another thread
  /// @throws UserError when it cannot be read or served, or is being written to
  public ServedFile publish(RelativePath name, Path file, LongConsumer progress)
      throws InterruptedException {
    if (ServedRoot.half(name)) {
      throw new UserError(
          "%s cannot be published".formatted(name),
          "names with this ending are those of half files, which are not served",
          "choose another name");
    }
    try {
      Path real = file.toRealPath();
      HashedFile hashed = hasher.hash(real, progress);
      Path place = root.place(name);
      Path served = real.equals(place) || root.link(real, place) ? place : real;
      if (served.equals(place)) {
        hashed = hasher.renamed(hashed, place);
        registered.remove(name);
      } else {
        registered.put(name, real);
        Files.deleteIfExists(place);
      }
      ServedFile published = new ServedFile(name, served, hashed);
      index.put(published);
      return published;
    } catch (NoSuchFileException e) {
      throw new UserError("there is no file " + file, "", "name a file that lies on this node");
    } catch (IOException e) {
      throw new UserError(
          "cannot serve %s as %s".formatted(file, name),
          e.toString(),
          "is a file in the way where a folder is needed, and may you write there?");
    }
  }

  /// What is in a file, where that is known without reading it.
  public Optional<ObjectId> known(Path file) {
    return hasher.known(file).map(HashedFile::id);
  }

  /// Notes what is in a file that the caller wrote and verified, so that it need not be read.
  ///
  /// @throws UserError when the file is not there, or not as long
  public void remember(Path file, Manifest manifest, Sha256 sha256) throws InterruptedException {
    hasher.remember(file, manifest, sha256);
  }

  /// Serves the name no more. A hard link in the root is removed, and with it the file when that
  /// was its last name; a file that is registered stays where it lies.
  ///
  /// @return whether there was anything of that name
  public boolean remove(RelativePath name) {
    try {
      boolean registeredBefore = registered.remove(name);
      boolean linkedBefore = Files.deleteIfExists(root.place(name));
      index.find(name).ifPresent(file -> index.remove(file, "it was removed from this node"));
      return registeredBefore || linkedBefore;
    } catch (IOException e) {
      throw new UserError("cannot remove " + name, e.toString(), "may you write there?");
    }
  }

  /// The whole file with this content, by what is known; whether it is still that file shows when
  /// it is opened.
  @Override
  public Optional<Holding> find(ObjectId id) {
    return index.find(id).map(file -> file);
  }

  /// Why content that was here is not any more, where that is remembered.
  public Optional<String> lost(ObjectId id) {
    return index.lost(id);
  }

  /// The ids of all whole files; the same object while nothing changes.
  public Set<ObjectId> ids() {
    return index.ids();
  }

  /// What lies at this name; empty for nothing, and for what is not to be seen.
  public Optional<Found> find(RelativePath name) {
    Optional<Path> path = registered.find(name).or(() -> root.find(name));
    try {
      if (path.isPresent() && !Files.isDirectory(path.get(), LinkOption.NOFOLLOW_LINKS)) {
        FileStamp stamp = FileStamp.of(path.get());
        return Optional.of(new Found.File(name, path.get(), stamp, known(name, path.get(), stamp)));
      }
    } catch (IOException e) {
      path = Optional.empty(); // gone, or none of ours
    }
    gone(name);
    return path.isPresent() || Listing.under(registered, name)
        ? Optional.of(new Found.Folder(name))
        : Optional.empty();
  }

  private Optional<ServedFile> known(RelativePath name, Path path, FileStamp stamp) {
    Optional<ServedFile> known = index.find(name);
    if (known.isPresent() && known.get().stamp().equals(stamp) && known.get().file().equals(path)) {
      return known;
    }
    known.ifPresent(file -> index.remove(file, lost(name) + ": it has changed on this node"));
    indexer.want(name);
    return Optional.empty();
  }

  private void gone(RelativePath name) {
    index.find(name).ifPresent(file -> index.remove(file, lost(name) + ": it is gone"));
  }

  private static String lost(RelativePath name) {
    return "%s is no longer the file that it was".formatted(name);
  }

  /// Tells `reader` from now on what is opened for reading; it must be quick.
  public void onRead(Consumer<ObjectId> reader) {
    onRead = reader;
  }

  /// Opens a file for reading.
  ///
  /// @throws NoSuchFileException when it is gone or has changed; it is no longer held then
  public FileChannel open(ServedFile file) throws IOException {
    try {
      FileChannel channel = file.open();
      onRead.accept(file.id());
      return channel;
    } catch (NoSuchFileException e) {
      find(file.name());
      throw e;
    }
  }

  /// Opens a file of which it is not known yet what is in it.
  public FileChannel open(Found.File file) throws IOException {
    return FileChannel.open(file.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /// What a folder shows, by name; at most `Listing.ITEMS_MAX`.
  ///
  /// @param folder empty for the root
  public List<Listed> list(Optional<RelativePath> folder) {
    return new Listing(root, registered, this).of(folder);
  }

  /// All files, by name; at most `Listing.ITEMS_MAX`.
  public List<Listed> all() {
    return new Listing(root, registered, this).all();
  }

  /// Learns what is in a file, if it does not know.
  void learn(RelativePath name) throws InterruptedException {
    if (find(name).orElse(null) instanceof Found.File file && file.known().isEmpty()) {
      index.put(new ServedFile(name, file.path(), hasher.hash(file.path())));
      find(name); // it may have been removed meanwhile
    }
  }

  /// Finds out about files that were removed; the others show in `all`.
  void forgetGone() {
    index.all().forEach(file -> find(file.name()));
  }

  @Override
  public void close() throws IOException {
    indexer.close();
    registered.close();
  }
}
