package dev.ringrift.io.data.depot;

import dev.ringrift.agent.data.Intake;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.ServedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/// Takes files of this machine into the node's store, and files that are sent in parts.
public final class Takings implements Intake {
  /// Most files that are read or sent at a time.
  static final int OPEN_MAX = 64;

  /// Most bytes of a file that is sent in parts.
  public static final long SENT_BYTES_MAX = 1L << 30;

  private final FileStore store;
  private final NodeDepot depot;
  private final Path inbox;
  private final Map<RelativePath, Reading> readings = new HashMap<>();

  /// @param inbox a folder for files that are being sent
  public Takings(FileStore store, NodeDepot depot, Path inbox) {
    this.store = store;
    this.depot = depot;
    this.inbox = inbox;
  }

  @Override
  public State take(DataName name, Path path) {
    return read(new RelativePath(name.value()), path);
  }

  private State read(RelativePath name, Path path) {
    Reading reading;
    synchronized (readings) {
      Reading known = readings.get(name);
      if (known == null || !known.path().equals(path)) {
        if (readings.size() >= OPEN_MAX) {
          throw new UserError(
              "cannot take %s now".formatted(path),
              "%d files are being read".formatted(OPEN_MAX),
              "try again");
        }
        known = begin(name, path);
        readings.put(name, known);
      }
      reading = known;
      if (reading.result().isDone()) {
        readings.remove(name);
      }
    }
    return state(reading);
  }

  private Reading begin(RelativePath name, Path path) {
    AtomicLong done = new AtomicLong();
    CompletableFuture<ServedFile> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("take " + name)
        .start(
            () -> {
              try {
                ServedFile file = store.publish(name, path, done::set);
                depot.taken(name, file);
                result.complete(file);
              } catch (UserError | InterruptedException | IllegalStateException e) {
                result.completeExceptionally(e);
              }
            });
    return new Reading(path, done, result);
  }

  private static State state(Reading reading) {
    if (!reading.result().isDone()) {
      return new State(sizeOf(reading.path()), reading.done().get(), Optional.empty());
    }
    try {
      ServedFile file = reading.result().join();
      Content content = new Content(file.id(), file.manifest().sizeBytes(), file.sha256());
      return new State(content.sizeBytes(), content.sizeBytes(), Optional.of(content));
    } catch (CompletionException e) {
      throw e.getCause() instanceof UserError known
          ? known
          : new UserError("cannot take " + reading.path(), String.valueOf(e.getCause()), "");
    }
  }

  private static long sizeOf(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      return -1; // the reading will say it
    }
  }

  @Override
  public State add(String key, long offset, byte[] bytes, boolean last) {
    Path file = inbox.resolve(UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)) + ".in");
    RelativePath name = new RelativePath(DataName.OBJECTS + file.getFileName());
    try {
      Files.createDirectories(inbox);
      long size = append(file, offset, bytes);
      if (!last) {
        return new State(-1, size, Optional.empty());
      }
      State state = read(name, file);
      if (state.content().isEmpty()) {
        return state;
      }
      ObjectId id = state.content().get().id();
      RelativePath own = new RelativePath(DataName.OBJECTS + id);
      ServedFile kept = store.publish(own, file, read -> {});
      depot.taken(own, kept);
      store.remove(name);
      if (!kept.file().equals(file.toRealPath())) {
        Files.delete(file); // the store has a name of its own for it
      }
      return state;
    } catch (IOException e) {
      throw new UserError("cannot keep what is sent", e.toString(), "is the disk full?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("the node is stopping", "", "send it again");
    }
  }

  private static long append(Path file, long offset, byte[] bytes) throws IOException {
    if (offset < 0 || offset + bytes.length > SENT_BYTES_MAX) {
      throw new UserError(
          "too much is sent",
          "%d bytes at %d: the most is %d".formatted(bytes.length, offset, SENT_BYTES_MAX),
          "publish the file on a node's own machine");
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (offset > channel.size()) {
        throw new UserError(
            "a part is missing",
            "%d bytes are here, and the next ones begin at %d".formatted(channel.size(), offset),
            "send it again from the beginning");
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer, offset + buffer.position());
      }
      return channel.size();
    }
  }

  private record Reading(Path path, AtomicLong done, CompletableFuture<ServedFile> result) {}
}
