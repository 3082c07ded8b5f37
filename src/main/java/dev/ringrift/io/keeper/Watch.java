package dev.ringrift.io.keeper;

import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The processes of one live attempt, as the keeper's loop watches and ends them. Not
/// thread-safe.
final class Watch {
  private final Kept kept;
  private final Path folder;
  private @Nullable Wrapper wrapper;
  private @Nullable Process process;
  private @Nullable ProcId shell;
  private @Nullable ProcId program;
  private boolean seenAlive;
  private boolean spawnWanted;
  private boolean termWanted;
  private long killAtNanos = Long.MAX_VALUE;
  private long leftOverSinceNanos;

  Watch(Kept kept, Path folder) {
    this.kept = kept;
    this.folder = folder;
  }

  AttemptId id() {
    return kept.id();
  }

  Kept kept() {
    return kept;
  }

  Path folder() {
    return folder;
  }

  boolean launched() {
    return wrapper != null;
  }

  boolean spawnWanted() {
    return spawnWanted;
  }

  /// Whether its end is seen only by looking again and again.
  boolean needsPolling() {
    return wrapper != null && !spawnWanted && (process == null || !process.isAlive() || termWanted);
  }

  /// When processes that it left were first seen on the monotonic clock, 0 for not yet.
  long leftOverSinceNanos() {
    return leftOverSinceNanos;
  }

  void leftOverSince(long nanos) {
    leftOverSinceNanos = nanos;
  }

  /// Whether Java itself waits for that child.
  boolean owns(long pid) {
    return process != null && process.pid() == pid;
  }

  long killAtNanos() {
    return killAtNanos;
  }

  /// The next process of the attempt; `spawn` starts it once the journal has it.
  void prepare(Wrapper next) {
    wrapper = next;
    process = null;
    shell = null;
    program = null;
    spawnWanted = true;
  }

  /// Starts what was prepared.
  Process spawn(List<String> command, Map<String, String> environment, Path workdir)
      throws IOException {
    spawnWanted = false;
    Process started = running().start(command, environment, workdir);
    process = started;
    seenAlive = true;
    return started;
  }

  /// Takes over what an earlier keeper started.
  void adopt(Wrapper known) {
    wrapper = known;
    shell = known.shell().orElse(null);
    seenAlive = alive();
  }

  /// Whether its shell, or its program without it, still runs.
  boolean alive() {
    if (spawnWanted || (process != null && process.isAlive())) {
      return true;
    }
    if (process == null && shell != null && shell.alive()) {
      return true;
    }
    return running().exitCode().isEmpty() && program().filter(ProcId::alive).isPresent();
  }

  /// The exit code of its program, after its end.
  OptionalInt exitCode() {
    OptionalInt written = running().exitCode();
    if (written.isPresent() || process == null || process.isAlive()) {
      return written;
    }
    // The shell passes the code on also where the disk was too full to write it.
    return program().isPresent() ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
  }

  /// Asks its process group to end (SIGTERM), and notes when it is to be killed.
  void terminate(long killAt) {
    killAtNanos = Math.min(killAtNanos, killAt);
    termWanted = true;
    tryTerminate();
  }

  /// SIGTERM for a program that had not begun when it was asked for.
  void tryTerminate() {
    Optional<ProcId> target = program();
    if (termWanted && target.isPresent()) {
      termWanted = false;
      if (group() != 0) {
        Posix.kill(-target.get().pid(), Posix.SIGTERM);
        Posix.kill(-target.get().pid(), Posix.SIGCONT); // a stopped one would not hear it
      }
    }
  }

  /// Kills its process group and every process that came of it.
  void kill() {
    long group = group();
    if (group != 0) {
      Posix.kill(-group, Posix.SIGKILL);
    } else if (program().isEmpty() && process != null && process.isAlive()) {
      // Its shell hangs before the program; the shell leads a session and group of its own.
      Posix.kill(-process.pid(), Posix.SIGKILL);
    }
    signal(Posix.SIGKILL);
  }

  /// Sends `signal` to every process that is left of it.
  ///
  /// @return how many there were
  int signal(int signal) {
    List<Long> left = leftOver();
    left.forEach(pid -> Posix.kill(pid, signal));
    return left.size();
  }

  /// Its processes but the shell.
  List<Long> leftOver() {
    long own = process != null ? process.pid() : shell != null ? shell.pid() : 0;
    return ProcessTable.members(group(), folder).stream().filter(pid -> pid != own).toList();
  }

  /// Its process group, or 0 where the number may by now be another's: nobody watched its end.
  private long group() {
    Optional<ProcId> id = program();
    return id.isPresent() && (seenAlive || id.get().alive()) ? id.get().pid() : 0;
  }

  private Optional<ProcId> program() {
    if (program == null && wrapper != null) {
      program = wrapper.program().orElse(null);
    }
    return Optional.ofNullable(program);
  }

  Wrapper running() {
    if (wrapper == null) {
      throw new IllegalStateException("attempt %s has no process yet".formatted(id()));
    }
    return wrapper;
  }
}
