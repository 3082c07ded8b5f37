package dev.ringrift.cli.node;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.config.PrivateFiles;
import dev.ringrift.io.json.Json;
import dev.ringrift.io.trust.TrustFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The data folder of one node: all of its state, readable by its owner only.
///
/// `agent.yaml` its settings · `node.key`, `grant.json` who it is · `ledger/` a voter's log ·
/// `data/` the files that it serves · `data-state/` what it knows of them ·
/// `attempts/`, `keeper/` what runs · `output/` a voter's copy of output · `logs/` the agent's log
public final class NodeFolder implements AutoCloseable {
  private final Path path;
  private @Nullable FileLock lock;

  /// @param path need not exist
  public NodeFolder(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  public Path path() {
    return path;
  }

  /// The node's key and grant.
  public TrustFolder trust() {
    return new TrustFolder(path);
  }

  /// A voter's log and snapshots.
  public Path ledger() {
    return path.resolve("ledger");
  }

  Path output() {
    return path.resolve("output");
  }

  /// The files that it serves.
  public Path data() {
    return path.resolve("data");
  }

  /// What it knows of them.
  Path dataState() {
    return path.resolve("data-state");
  }

  /// Where an attempt runs that has a folder of its own.
  Path workdir(AttemptId attempt) {
    return path.resolve("attempts").resolve(attempt.toString()).resolve("work");
  }

  Path fence() {
    return path.resolve("fence");
  }

  /// The agent's log.
  public Path log() {
    return AgentLog.file(path);
  }

  /// Notes that this folder is to begin a cluster, once: the agent's next start does it.
  public void markBirth(Birth birth) {
    PrivateFiles.write(birthFile(), Json.pretty(birth));
  }

  /// The cluster that this folder is to begin, if it has not.
  Optional<Birth> birth() {
    return PrivateFiles.read(birthFile())
        .map(text -> Json.read(text.getBytes(StandardCharsets.UTF_8), Birth.class));
  }

  /// The cluster has begun, and must never begin again from here.
  void born() {
    try {
      Files.deleteIfExists(birthFile());
    } catch (IOException e) {
      throw new UserError("cannot delete " + birthFile(), e.toString(), "is it yours to write?");
    }
  }

  private Path birthFile() {
    return path.resolve("birth.json");
  }

  /// Keeps other agents off this folder until this process ends, however it ends.
  public void lock() {
    PrivateFiles.makeFolder(path);
    Path file = path.resolve("agent.pid");
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      lock = channel.tryLock();
      if (lock == null) {
        String pid = Files.readString(file).strip();
        channel.close();
        throw new UserError(
            "an agent already runs with the data folder " + path,
            "process %s holds it".formatted(pid),
            "stop it (kill %s), or give this one another --data-dir".formatted(pid));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UserError("cannot lock " + file, e.toString(), "may you write there?");
    }
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.acquiredBy().close();
    }
  }

  /// What a first voter needs to know to begin a cluster.
  ///
  /// @param voters all that it shall have, highest rank first
  public record Birth(String clusterId, String name, List<NodeId> voters) {}
}
