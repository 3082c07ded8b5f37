package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Holding;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PieceSet;
import java.nio.file.Path;
import java.time.Duration;

/// What a fetch has so far, for others to take. Thread-safe.
final class RunningHolding implements Holding {
  private final Manifest manifest;
  private Path file;
  private Have have;

  RunningHolding(Manifest manifest, Path part) {
    this.manifest = manifest;
    this.file = part;
    PieceSet none = PieceSet.none(manifest.pieceCount());
    this.have = new Have(1, none, none);
  }

  @Override
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public synchronized Have have() {
    return have;
  }

  @Override
  public synchronized Path file() {
    return file;
  }

  synchronized void update(PieceSet verified, PieceSet coming) {
    if (!verified.equals(have.verified()) || !coming.equals(have.coming())) {
      have = new Have(have.generation() + 1, verified, coming);
      notifyAll();
    }
  }

  synchronized void moved(Path target) {
    file = target;
  }

  @Override
  public synchronized Have awaitChange(long generation, Duration longest)
      throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    while (have.generation() == generation) {
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    return have;
  }
}
