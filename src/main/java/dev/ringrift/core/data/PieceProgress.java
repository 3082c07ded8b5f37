package dev.ringrift.core.data;

import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How far each piece is, and which range comes next. A piece is untouched, being fetched, kept
/// back or done. Not thread-safe.
final class PieceProgress {
  /// What begun pieces may have together: whoever is killed has fetched no more for nothing than
  /// this, and what came in the last second.
  static final long BEGUN_BYTES_MAX = 64L << 20;

  /// About the most bytes of one range: so that few begun pieces, which may be large, are enough
  /// for many connections.
  static final int RANGE_BYTES_MAX = 4 << 20;

  private final PieceLayout layout;
  private final RandomGenerator random;
  private final BitSet untouched = new BitSet();
  private final BitSet done = new BitSet();
  private final BitSet suspect = new BitSet();
  private final Map<Integer, PieceWork> works = new LinkedHashMap<>();
  private boolean anyOrder = true;

  /// Nothing of the file is there yet.
  PieceProgress(PieceLayout layout, RandomGenerator random) {
    this.layout = layout;
    this.random = random;
    untouched.set(0, layout.count());
  }

  void anyOrder(boolean any) {
    anyOrder = any;
  }

  void verified(int piece) {
    untouched.clear(piece);
    works.remove(piece);
    done.set(piece);
  }

  void keepBack(int piece) {
    untouched.clear(piece);
  }

  void refused(int piece) {
    done.clear(piece);
    works.remove(piece);
    untouched.set(piece);
  }

  void suspect(int piece) {
    suspect.set(piece);
  }

  boolean claim(int piece) {
    PieceWork work = works.get(piece);
    boolean idle = work == null ? untouched.get(piece) : work.idle();
    if (idle) {
      works.remove(piece);
      untouched.clear(piece);
    }
    return idle;
  }

  boolean done(int piece) {
    return done.get(piece);
  }

  int left() {
    return layout.count() - done.cardinality();
  }

  /// Bytes that are here, of whole pieces and of those that were begun.
  long reachedBytes() {
    int last = layout.count() - 1;
    long bytes = (long) done.cardinality() * layout.pieceLength();
    if (last >= 0 && done.get(last)) {
      bytes += layout.length(last) - layout.pieceLength();
    }
    return bytes
        + works.values().stream().mapToLong(e -> layout.length(e.piece) - e.missingBytes()).sum();
  }

  PieceSet done() {
    return PieceSet.of(layout.count(), done);
  }

  PieceSet coming() {
    BitSet coming = new BitSet();
    works.keySet().forEach(coming::set);
    return PieceSet.of(layout.count(), coming);
  }

  boolean complete() {
    return done.cardinality() == layout.count();
  }

  /// Whether every byte is there or in a transfer.
  boolean allAsked() {
    return untouched.isEmpty() && works.values().stream().allMatch(each -> each.free.isEmpty());
  }

  /// The rarest of `askable` that is not fetched yet; what was begun goes first.
  ///
  /// @param contended what is not to be begun now
  /// @param most bytes of it
  Optional<PieceRange> next(BitSet askable, BitSet contended, Copies copies, int most) {
    Optional<PieceRange> begun =
        works.values().stream()
            .filter(each -> askable.get(each.piece))
            .flatMap(each -> each.free.stream())
            .min(Comparator.comparingInt(each -> copies.of(each.piece())));
    if (begun.isPresent()) {
      return begun.map(each -> limited(each, most));
    }
    if (full()) {
      return Optional.empty();
    }
    BitSet fresh = (BitSet) askable.clone();
    fresh.and(untouched);
    fresh.andNot(contended);
    int piece = anyOrder ? copies.rarest(fresh, random) : copies.firstRarest(fresh);
    return piece < 0 ? Optional.empty() : Optional.of(limited(first(piece), most));
  }

  /// Bytes that are in no transfer.
  long unaskedBytes() {
    int last = layout.count() - 1;
    long bytes = (long) untouched.cardinality() * layout.pieceLength();
    if (last >= 0 && untouched.get(last)) {
      bytes += layout.length(last) - layout.pieceLength();
    }
    return bytes + works.values().stream().mapToLong(PieceWork::freeBytes).sum();
  }

  /// Whether no other piece may be begun before one of those that were is whole.
  boolean full() {
    long begun =
        works.values().stream()
            .filter(each -> !each.covered())
            .mapToLong(each -> layout.length(each.piece))
            .sum();
    return begun > 0 && begun + layout.pieceLength() > BEGUN_BYTES_MAX;
  }

  /// What would be left of it, and is too little for a request of its own, goes with it.
  private PieceRange limited(PieceRange range, int most) {
    boolean all = suspect.get(range.piece()) || range.length() <= most + most / 4;
    int length = all ? range.length() : most;
    return new PieceRange(range.piece(), range.from(), range.from() + length);
  }

  /// The first range of a piece. Who has nothing for the others yet asks for halves: two
  /// connections then bring one piece in half the time in which they would bring two, and only a
  /// whole one can be given.
  private PieceRange first(int piece) {
    int length = layout.length(piece);
    boolean half = anyOrder && done.isEmpty() && !suspect.get(piece);
    return new PieceRange(piece, 0, half ? Math.ceilDiv(length, 2) : length);
  }

  /// Somebody begins to fetch a range that `next` gave.
  PieceWork take(PieceRange range) {
    int piece = range.piece();
    PieceWork work = works.computeIfAbsent(piece, p -> new PieceWork(p, suspect.get(p)));
    work.takeFree(range);
    if (untouched.get(piece)) {
      untouched.clear(piece);
      work.free(range.to(), layout.length(piece));
    }
    return work;
  }

  /// Bytes of a piece come no more from who was asked for them.
  void free(int piece, int from, int to) {
    PieceWork work = of(piece);
    if (work.whole) {
      refused(piece);
      return;
    }
    work.free(from, to);
    if (work.freeBytes() == layout.length(piece)) {
      // Begun pieces go first: with nothing of it here, one that others have by now would.
      works.remove(piece);
      untouched.set(piece);
    }
  }

  PieceWork of(int piece) {
    PieceWork work = works.get(piece);
    if (work == null) {
      throw new IllegalStateException("nobody fetches piece " + piece);
    }
    return work;
  }
}
