package dev.ringrift.io.data.swarm;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.FetchOrder;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.PiecePicker;
import dev.ringrift.core.data.PieceSet;
import dev.ringrift.core.data.Sha256;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The transfers of one fetch: does what the `PiecePicker` says, verifies what comes, and tells it
/// how it went. Thread-safe, by one lock: a reading thread asks for its next range itself, for a
/// hand-over to another thread for each piece would leave lines idle.
final class Swarm {
  /// What becomes of a piece.
  interface Landing {
    /// It is verified and in the half file.
    void landed(int piece);

    /// What is verified, or on its way, has changed.
    void changed(PieceSet verified, PieceSet coming);
  }

  /// What a node said last: it says it again only when that changes.
  private record Told(PieceSet verified, PieceSet coming) {}

  private static final int ROUNDS_MAX = 4;

  private final PieceLayout layout;
  private final Optional<Manifest> manifest;
  private final PieceFile file;
  private final Executor executor;
  private final Landing landing;
  private final PiecePicker picker;
  private final Blame blame;
  private final RunningTransfers running;
  private final List<SwarmSource> sources = new ArrayList<>();
  private final Map<SwarmSource, Told> told = new HashMap<>();
  private final List<SwarmSource> wholeOnly = new ArrayList<>();
  private final Deque<Integer> covered = new ArrayDeque<>();
  private int checks;
  private int refusals;
  private boolean over;
  private @Nullable UserError failure;

  /// @param manifest of the content; without one nothing is verified here
  Swarm(
      PieceLayout layout,
      Optional<Manifest> manifest,
      PieceFile file,
      Executor executor,
      Landing landing) {
    this.layout = layout;
    this.manifest = manifest;
    this.file = file;
    this.executor = executor;
    this.landing = landing;
    this.picker = new PiecePicker(layout, new SplittableRandom(), System.nanoTime());
    this.blame = new Blame(file);
    this.running = new RunningTransfers(layout, file, picker, blame);
    picker.anyOrder(false);
  }

  // Sources.

  /// Most connections to each source that is added from now on.
  synchronized void connectionsMax(int most) {
    picker.connectionsMax(most);
  }

  /// A source more, or again.
  void add(SwarmSource source) {
    synchronized (this) {
      if (over) {
        return;
      }
      if (!sources.contains(source)) {
        sources.add(source);
      }
      picker.add(source.number(), System.nanoTime());
      source.trouble("");
      if (source.peer()) {
        picker.anyOrder(true);
      }
      Told known = told.get(source);
      if (known != null) {
        picker.has(source.number(), known.verified(), known.coming());
      } else if (source.complete()) {
        picker.has(source.number(), PieceSet.all(layout.count()), PieceSet.none(layout.count()));
      }
    }
    dispatch(null);
  }

  /// Whether it is still of use to know what a source has.
  synchronized boolean wants(SwarmSource source) {
    return !over && !picker.dropped(source.number());
  }

  void has(SwarmSource source, PieceSet verified, PieceSet coming) {
    synchronized (this) {
      told.put(source, new Told(verified, coming));
      if (!over && !picker.dropped(source.number())) {
        picker.has(source.number(), verified, coming);
      }
    }
    dispatch(null);
  }

  synchronized void fault(SwarmSource source, String why) {
    if (!over) {
      source.trouble(why);
      picker.fault(source.number(), System.nanoTime());
    }
  }

  /// A source is of no use any more: what it was asked for is asked of others at once.
  synchronized void drop(SwarmSource source, String why) {
    source.trouble(why);
    if (sources.contains(source)) {
      picker.drop(source.number());
      running.halt(source, source.banned(), System.nanoTime()).forEach(this::cover);
    }
  }

  /// A source gives the file only from its beginning to its end.
  synchronized void offersWhole(SwarmSource source) {
    if (!wholeOnly.contains(source)) {
      wholeOnly.add(source);
    }
  }

  /// A source that gives the file only from its beginning to its end, when no other is left and
  /// nothing is on its way or looked at.
  synchronized Optional<SwarmSource> wholeOnly() {
    return anyAlive() || !running.isEmpty() || checks > 0 || wholeOnly.isEmpty()
        ? Optional.empty()
        : Optional.of(wholeOnly.removeFirst());
  }

  /// Whether nobody is left who could give anything.
  synchronized boolean deserted() {
    return !anyAlive() && running.isEmpty() && checks == 0 && wholeOnly.isEmpty();
  }

  private boolean anyAlive() {
    return sources.stream().anyMatch(each -> !picker.dropped(each.number()));
  }

  // Pieces.

  /// Listed pieces of an earlier fetch: not asked for, nor written to, until they are checked.
  synchronized void keepBack(List<Integer> pieces) {
    pieces.forEach(picker::keepBack);
    pieces.forEach(file::seal);
    checks += pieces.size();
  }

  /// A piece of an earlier fetch is right, or not.
  void checked(int piece, boolean right) {
    synchronized (this) {
      checks--;
      if (right) {
        accept(piece);
      } else {
        refuse(piece);
      }
    }
    dispatch(null);
  }

  /// Whether a stream is to write a piece that it comes to: only what is not here, and what nobody
  /// else fetches or looks at. It is the stream's alone until `streamed`.
  synchronized boolean claim(int piece) {
    boolean mine = !over && picker.claim(piece);
    if (mine) {
      blame.forget(piece);
    }
    return mine;
  }

  /// A stream is done with a piece that it claimed.
  void streamed(int piece, boolean right) {
    synchronized (this) {
      if (right) {
        file.seal(piece);
        accept(piece);
      } else {
        refuse(piece);
      }
    }
    dispatch(null);
  }

  /// A sealed piece is right. Each is accepted once, whoever brings it.
  private void accept(int piece) {
    if (picker.done(piece)) {
      return;
    }
    picker.verified(piece);
    blame.right(piece).forEach(bad -> bad(bad, piece));
    if (picker.complete()) {
      notifyAll();
    }
    landing.landed(piece);
  }

  private void refuse(int piece) {
    refusals++;
    file.unseal(piece);
    picker.refused(piece);
  }

  private void bad(SwarmSource source, int piece) {
    source.badPiece();
    drop(source, "it gave piece %d with wrong bytes".formatted(piece));
  }

  synchronized boolean complete() {
    return picker.complete();
  }

  synchronized int piecesLeft() {
    return picker.left();
  }

  /// How far it is, to see whether it still gets on.
  synchronized Patience.Mark mark() {
    running.look(System.nanoTime());
    return new Patience.Mark(picker.left(), refusals, picker.reachedBytes());
  }

  /// What is verified, with what is coming, in bytes.
  synchronized long doneBytes() {
    PieceSet done = picker.done();
    long bytes = (long) done.count() * layout.pieceLength();
    int last = layout.count() - 1;
    return last >= 0 && done.has(last) ? bytes - layout.pieceLength() + layout.length(last) : bytes;
  }

  synchronized long rate() {
    return Math.round(picker.rate());
  }

  /// Bytes per second of one source.
  synchronized double rate(SwarmSource source) {
    return sources.contains(source) ? picker.rate(source.number()) : 0;
  }

  // Life.

  /// Takes the rates and gives new orders; to be called some ten times a second.
  void tick() {
    synchronized (this) {
      if (over) {
        return;
      }
      long now = System.nanoTime();
      running.look(now);
      picker.tick(now);
    }
    dispatch(null);
  }

  /// Waits until all is verified or something failed, but not long.
  ///
  /// @throws UserError when it failed
  synchronized void await(long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    while (!picker.complete() && failure == null && until - System.nanoTime() > 0) {
      wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
    }
    if (failure != null) {
      throw failure;
    }
  }

  synchronized void fail(UserError why) {
    if (failure == null && !over) {
      failure = why;
      notifyAll();
    }
  }

  /// Ends all transfers; none writes a byte after this.
  void close() {
    List<SwarmSource> all;
    synchronized (this) {
      over = true;
      running.haltAll();
      all = List.copyOf(sources);
    }
    all.forEach(each -> each.asker().close());
  }

  // Transfers.

  private void work(PieceTransfer first) {
    try {
      PieceTransfer next = first;
      while (next != null) {
        Pulled how = next.source().pull(next, layout.sizeBytes());
        next = ended(next, how);
      }
    } catch (UserError e) {
      fail(e);
    }
  }

  private @Nullable PieceTransfer ended(PieceTransfer transfer, Pulled how) {
    synchronized (this) {
      long now = System.nanoTime();
      if (running.remove(transfer, now)) {
        note(transfer, how, now);
        if (running.ended(transfer, now)) {
          cover(transfer.piece());
        }
      }
    }
    checkCovered();
    return dispatch(transfer.source());
  }

  /// All bytes of a piece are there: nobody may write to it while it is looked at.
  private void cover(int piece) {
    file.seal(piece);
    checks++;
    covered.add(piece);
  }

  private void note(PieceTransfer transfer, Pulled how, long now) {
    SwarmSource source = transfer.source();
    switch (how) {
      case Pulled.Done() -> source.trouble(picker.dropped(source.number()) ? source.trouble() : "");
      case Pulled.Busy(var pause) -> picker.busy(source.number(), now + pause.toNanos(), now);
      case Pulled.Lacking() -> picker.lacks(source.number(), transfer.piece());
      case Pulled.Failed(var why) -> fault(source, why);
      case Pulled.Refused(var why) -> {
        if (transfer.outdated()) {
          picker.busy(source.number(), now, now);
        } else {
          drop(source, why);
        }
      }
      case Pulled.NoRanges() -> {
        drop(source, "it gives no ranges");
        offersWhole(source);
      }
    }
  }

  private void checkCovered() {
    while (true) {
      Integer piece;
      Sha256 digest;
      synchronized (this) {
        piece = covered.poll();
        if (piece == null) {
          return;
        }
        digest = blame.digest(piece);
      }
      boolean right = manifest.isEmpty();
      if (!right) {
        Sha256 found = digest == null ? file.digest(piece) : digest;
        right = manifest.get().pieces().get(piece).equals(found);
      }
      synchronized (this) {
        checks--;
        if (right) {
          accept(piece);
        } else {
          wrong(piece);
        }
      }
    }
  }

  private void wrong(int piece) {
    Set<SwarmSource> guilty = blame.wrong(piece);
    if (guilty.isEmpty()) {
      picker.suspect(piece);
    }
    refuse(piece);
    guilty.forEach(each -> bad(each, piece));
  }

  /// Carries out what there is to do; returns a transfer for the calling thread when there is one
  /// of `own`.
  private @Nullable PieceTransfer dispatch(@Nullable SwarmSource own) {
    List<PieceTransfer> started = new ArrayList<>();
    synchronized (this) {
      running.look(System.nanoTime());
      for (int round = 0; round < ROUNDS_MAX && !over && failure == null; round++) {
        List<FetchOrder> orders = picker.orders(System.nanoTime());
        if (orders.isEmpty()) {
          break;
        }
        orders.forEach(each -> carryOut(each, started));
      }
      if (!over) {
        landing.changed(picker.done(), picker.coming());
      }
    }
    PieceTransfer mine = null;
    for (PieceTransfer each : started) {
      if (mine == null && each.source() == own) {
        mine = each;
      } else {
        executor.execute(() -> work(each));
      }
    }
    checkCovered();
    return mine;
  }

  private void carryOut(FetchOrder order, List<PieceTransfer> started) {
    long now = System.nanoTime();
    switch (order) {
      case FetchOrder.Start start -> {
        SwarmSource source =
            sources.stream().filter(s -> s.number() == start.source()).findFirst().orElseThrow();
        started.add(running.start(start, source));
      }
      case FetchOrder.Cut cut -> running.cut(cut, now);
      case FetchOrder.Abandon abandon -> {
        PieceTransfer known = running.halt(abandon.transfer(), now);
        if (known != null) {
          if (running.ended(known, now)) {
            cover(known.piece());
          }
          if (abandon.silentSeconds() > 0) {
            known.source().trouble("it gave no byte for %d s".formatted(abandon.silentSeconds()));
          }
        }
      }
    }
  }
}
