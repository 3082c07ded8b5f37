package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Holding;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.PieceSet;
import dev.ringrift.core.data.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What one round of a fetch has while it runs: the half file, the list of its pieces, and the
/// swarm that fills it.
final class Ground implements Swarm.Landing {
  private static final long SILENCE_NANOS = 10_000_000_000L;

  private final PartFile part;
  private final PieceFile file;
  private final PieceJournal journal;
  private final Wanted content;
  private final Executor threads;
  private final Map<ObjectId, Holding> holdings;
  private final Swarm swarm;
  private final Commits commits;
  private final Optional<RunningHolding> holding;
  private final ConcurrentLinkedQueue<Integer> unchecked = new ConcurrentLinkedQueue<>();
  private CompletableFuture<Void> blocks = CompletableFuture.completedFuture(null);
  private @Nullable SwarmSource streaming;
  private volatile boolean streams;
  private long streamedBytes;
  private long streamedInAll;
  private long streamedAt;

  /// @param connectionsMax to one source
  /// @param holdings where others see what is verified already
  Ground(
      PartFile part,
      PieceJournal journal,
      Wanted content,
      Executor threads,
      int connectionsMax,
      Map<ObjectId, Holding> holdings) {
    this.part = part;
    this.file = new PieceFile(content.layout(), part);
    this.journal = journal;
    this.content = content;
    this.threads = threads;
    this.holdings = holdings;
    this.swarm = new Swarm(content.layout(), content.manifest(), file, threads, this);
    swarm.connectionsMax(connectionsMax);
    this.commits = new Commits(part, journal, swarm::fail);
    this.holding = content.manifest().map(each -> new RunningHolding(each, part.path()));
  }

  Swarm swarm() {
    return swarm;
  }

  /// Makes all ready; sources may be added then.
  void begin() {
    List<Integer> listed = journal.loaded();
    swarm.keepBack(listed);
    unchecked.addAll(listed);
    holding.ifPresent(each -> holdings.put(each.manifest().id(), each));
    threads.execute(commits);
    // Not before the first byte is asked for: where it takes long, the lines are busy meanwhile.
    blocks = CompletableFuture.runAsync(this::reserve, threads);
    for (int i = 0; i < 2 && !listed.isEmpty(); i++) {
      threads.execute(this::checkListed);
    }
  }

  private void reserve() {
    try {
      part.reserve(content.layout().sizeBytes());
    } catch (UserError e) {
      swarm.fail(e);
    }
  }

  /// Hashes what an earlier fetch has listed: the disk may have been changed since.
  private void checkListed() {
    try {
      for (Integer piece = unchecked.poll(); piece != null; piece = unchecked.poll()) {
        boolean right =
            content.manifest().isEmpty()
                || content.manifest().get().pieces().get(piece).equals(file.digest(piece));
        swarm.checked(piece, right);
      }
    } catch (UserError e) {
      swarm.fail(e);
    }
  }

  @Override
  public void landed(int piece) {
    commits.add(piece, content.layout().length(piece));
  }

  @Override
  public void changed(PieceSet verified, PieceSet coming) {
    holding.ifPresent(each -> each.update(verified, coming));
  }

  /// Where no source gives ranges, reads one of them from its beginning to its end.
  void stream() {
    SwarmSource now = streaming;
    long nanos = System.nanoTime();
    if (now != null && streams) {
      long bytes = now.share(0).bytes();
      if (bytes != streamedBytes) {
        streamedInAll += bytes - streamedBytes;
        streamedBytes = bytes;
        streamedAt = nanos;
      } else if (nanos - streamedAt > SILENCE_NANOS) {
        now.asker().close();
      }
      return;
    }
    streaming = null;
    swarm.wholeOnly().ifPresent(this::stream);
  }

  private void stream(SwarmSource source) {
    streaming = source;
    streams = true;
    streamedAt = System.nanoTime();
    streamedBytes = source.share(0).bytes();
    WholeStream stream = new WholeStream(source, content.layout(), content.manifest(), file, swarm);
    threads.execute(
        () -> {
          try {
            stream.run();
          } finally {
            streams = false;
          }
        });
  }

  /// Whether nobody is left who could give anything.
  boolean deserted() {
    return !streams && swarm.deserted();
  }

  /// How far it is.
  Patience.Mark mark() {
    Patience.Mark mark = swarm.mark();
    return new Patience.Mark(mark.piecesLeft(), mark.refusals(), mark.bytes() + streamedInAll);
  }

  /// All pieces are there: looks at the whole where that was asked, and gives it its name. Returns
  /// the SHA-256 that it has, where that is not what it should be.
  Optional<Sha256> land(Path target) {
    PieceLayout layout = content.layout();
    if (content.whole().isPresent()) {
      Sha256 found = part.digest(0, layout.sizeBytes());
      if (!content.whole().get().equals(found)) {
        return Optional.of(found);
      }
    }
    commits.discard();
    swarm.close();
    part.publish(layout.sizeBytes());
    holding.ifPresent(
        now -> {
          now.moved(target);
          now.update(PieceSet.all(layout.count()), PieceSet.none(layout.count()));
        });
    return Optional.empty();
  }

  /// Returns when nothing of it is written any more.
  void end() throws InterruptedException {
    swarm.close();
    commits.close();
    blocks.join();
    holding.ifPresent(each -> holdings.remove(each.manifest().id(), each));
  }
}
