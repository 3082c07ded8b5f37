package dev.ringrift.core.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Says which bytes of a file to ask of which source, so that the last of them comes soon.
///
/// - The rarest piece goes first, where what others are fetching counts as a copy; then its best
///   source is looked for. (The other way round a slow source that alone has something starves.)
/// - What one source alone has, and another is getting from it, is waited for a while.
/// - Pieces that are begun and not whole have at most 64 MiB together, where pieces allow that: who
///   has nothing to do then takes a part of what others do. A killed fetch has lost no more.
/// - The first piece is asked for in halves: the sooner it is whole, the sooner it can be given on.
/// - A piece of which nothing came is chosen anew: others may have it by now.
/// - The best source is the one that would have it there first, by its measured rate.
/// - A source that has nothing to do takes over part of what a slow one does; see `Stealing`. The
///   last bytes are asked of two.
/// - A source that gives no byte for three seconds loses its range, and is left alone for a time
///   that doubles. A first byte is waited for longer when nobody gives anything, or when its source
///   always takes so long.
///
/// Every byte is free, in one transfer (a second one may race for it), or there; a piece whose
/// bytes are all there is to be verified. Not thread-safe. Times are nanoseconds of one monotonic
/// clock.
public final class PiecePicker {
  /// Most transfers at once.
  public static final int TRANSFERS_MAX = 64;

  /// After this time without a byte a range is asked of somebody else.
  static final long SILENCE_NANOS = 3_000_000_000L;

  private static final long QUIET_NANOS = 500_000_000L;
  private static final int RACES_MAX = 8;
  private static final int RANGE_BYTES_MIN = 256 << 10;
  private static final int SHARES = 2;

  private final int pieceLength;
  private final PieceProgress pieces;
  private final Sources sources;
  private final RateMeter all;
  private final Transfers transfers = new Transfers();
  private long unmeasured;

  /// Nothing of the file is there yet.
  public PiecePicker(PieceLayout layout, RandomGenerator random, long nowNanos) {
    this.pieceLength = layout.pieceLength();
    this.pieces = new PieceProgress(layout, random);
    this.sources = new Sources(layout.count(), nowNanos);
    this.all = new RateMeter(nowNanos);
  }

  // What is here.

  /// A piece is here and right.
  public void verified(int piece) {
    pieces.verified(piece);
  }

  /// A piece need not be fetched for now: it may be here already.
  public void keepBack(int piece) {
    pieces.keepBack(piece);
  }

  /// A piece is wrong or not here: all of it has to be fetched, from one source if what several
  /// gave was wrong.
  public void refused(int piece) {
    pieces.refused(piece);
  }

  /// The next try at a piece is one source's alone, so that it is known who is to blame.
  public void suspect(int piece) {
    pieces.suspect(piece);
  }

  /// Whether somebody may fetch all of a piece in another way, apart from all transfers: then it is
  /// kept back. Not so when it is here, kept back, being fetched, or about to be verified.
  public boolean claim(int piece) {
    return pieces.claim(piece);
  }

  public PieceSet done() {
    return pieces.done();
  }

  /// Whether a piece is here and right.
  public boolean done(int piece) {
    return pieces.done(piece);
  }

  /// How many pieces are not here yet.
  public int left() {
    return pieces.left();
  }

  /// Bytes that are here, of whole pieces and of those that were begun.
  public long reachedBytes() {
    return pieces.reachedBytes();
  }

  /// The pieces that are being fetched.
  public PieceSet coming() {
    return pieces.coming();
  }

  public boolean complete() {
    return pieces.complete();
  }

  // Sources.

  /// Most connections to each source that is added from now on, 1 to 16; 16 unless said.
  public void connectionsMax(int most) {
    sources.connectionsMax(most);
  }

  /// A source that has nothing, as far as is known; one that was given up gets another chance.
  public void add(int source, long nowNanos) {
    sources.add(source, nowNanos);
  }

  /// What a source has, and what it is fetching.
  public void has(int source, PieceSet verified, PieceSet coming) {
    sources.has(source, verified, coming);
  }

  /// A source said that it does not have a piece after all.
  public void lacks(int source, int piece) {
    sources.lacks(source, piece);
  }

  /// Whether pieces of the same rarity may be fetched in any order, which spreads them, and the
  /// first one in halves, so that there is soon something to give; in turn and whole is easier on
  /// disks, and enough where every source has everything.
  public void anyOrder(boolean any) {
    pieces.anyOrder(any);
  }

  /// A source has no room now.
  public void busy(int source, long untilNanos, long nowNanos) {
    sources.of(source).busyUntil(untilNanos, nowNanos);
  }

  /// A source failed. Returns whether it is given up.
  public boolean fault(int source, long nowNanos) {
    SourceState state = sources.of(source);
    state.fault(nowNanos);
    return state.dropped();
  }

  /// A source is never asked again. Its transfers are still to be ended, or discarded.
  public void drop(int source) {
    sources.drop(source);
  }

  /// Whether a source is not asked any more.
  public boolean dropped(int source) {
    return sources.of(source).dropped();
  }

  /// Bytes per second of one source.
  public double rate(int source) {
    return sources.of(source).bytesPerSecond();
  }

  /// Bytes per second of all of them.
  public double rate() {
    return all.bytesPerSecond();
  }

  // Transfers.

  /// A transfer is at `position`, counted from its piece's beginning.
  public void reached(int transfer, int position, long nowNanos) {
    Transfer known = transfers.find(transfer);
    if (known != null) {
      int more = known.reached(position, nowNanos);
      known.source().received(more, nowNanos);
      unmeasured += more;
    }
  }

  /// Takes the rates; to be called some ten times a second.
  public void tick(long nowNanos) {
    all.add(unmeasured, nowNanos);
    unmeasured = 0;
    sources.tick(all.bytesPerSecond(), nowNanos);
  }

  /// A transfer was made to end at `end`; the rest is free.
  public void cut(int transfer, int end) {
    Transfer known = transfers.find(transfer);
    if (known != null) {
      int oldEnd = known.to();
      int given = known.cut(end);
      pieces.of(known.piece()).free(oldEnd - given, oldEnd);
    }
  }

  /// A transfer is over, at its end or before. Returns whether all bytes of its piece are here now,
  /// which is then to be verified.
  public boolean ended(int transfer) {
    Transfer known = transfers.remove(transfer);
    if (known == null) {
      return false;
    }
    Transfer rival = known.rival();
    if (known.race()) {
      if (rival != null) {
        rival.rival(null);
      }
      return false;
    }
    PieceWork work = pieces.of(known.piece());
    work.transfers.remove(known);
    if (known.left() == 0) {
      if (rival != null) {
        rival.rival(null); // it has lost, and is stopped with the next orders
      }
      return work.covered();
    }
    if (rival != null) {
      rival.alone();
      work.transfers.add(rival);
      return false;
    }
    pieces.free(known.piece(), known.at(), known.to());
    return false;
  }

  /// A transfer is over, and its source is not to be trusted: what it brought is fetched again.
  public void discarded(int transfer) {
    Transfer known = transfers.remove(transfer);
    if (known == null) {
      return;
    }
    Transfer rival = known.rival();
    if (known.race()) {
      if (rival != null) {
        rival.rival(null);
      }
      return;
    }
    PieceWork work = pieces.of(known.piece());
    work.transfers.remove(known);
    int end = known.to();
    if (rival != null) {
      end = rival.from();
      rival.alone();
      work.transfers.add(rival);
    }
    pieces.free(known.piece(), known.from(), end);
  }

  /// A transfer that raced has all its bytes, and they are in their place; the other one was
  /// stopped and has ended. Returns as `ended`.
  public boolean won(int transfer) {
    Transfer winner = transfers.find(transfer);
    if (winner == null) {
      return false;
    }
    Transfer loser = winner.rival();
    if (winner.race() && loser != null) {
      transfers.remove(loser.number());
      PieceWork work = pieces.of(loser.piece());
      work.transfers.remove(loser);
      winner.alone();
      work.transfers.add(winner);
    }
    return ended(transfer);
  }

  /// The transfer that raced with this one, or that this one races with.
  public Optional<Integer> rival(int transfer) {
    return transfers.rival(transfer);
  }

  /// Whether what a transfer brings does not count yet: another one fetches the same bytes, and
  /// still may be the first, or was.
  public boolean races(int transfer) {
    return transfers.races(transfer);
  }

  /// Whether a transfer raced and was not the first; what it brought is not wanted.
  public boolean lost(int transfer) {
    return transfers.lost(transfer);
  }

  // Decisions.

  /// What to do now, in this order. After a `Cut` or `Abandon` was carried out there may be more.
  public List<FetchOrder> orders(long nowNanos) {
    List<FetchOrder> orders = new ArrayList<>();
    for (Transfer each : transfers.all()) {
      if (each.race() && each.rival() == null) {
        orders.add(new FetchOrder.Abandon(each.number(), 0));
      } else if (silent(each, nowNanos)) {
        each.source().silent(nowNanos);
        orders.add(new FetchOrder.Abandon(each.number(), each.silentSeconds(nowNanos)));
      }
    }
    if (orders.isEmpty()) {
      fill(orders, nowNanos);
      takeOver(orders, nowNanos);
    }
    return orders;
  }

  /// A server that takes its time would only begin again when it is asked again.
  private boolean silent(Transfer transfer, long now) {
    long patience = SILENCE_NANOS;
    if (!transfer.begun()) {
      patience = transfer.source().patienceNanos(sources.giving(transfer.piece(), now));
    }
    return transfer.silentFor(patience, now);
  }

  private void fill(List<FetchOrder> orders, long now) {
    while (transfers.count() < TRANSFERS_MAX) {
      List<SourceState> ready = sources.ready(now);
      BitSet askable = new BitSet();
      ready.forEach(each -> askable.or(each.has()));
      BitSet contended = sources.contended(ready, pieceLength, now);
      Optional<PieceRange> range = pieces.next(askable, contended, sources.copies(), rangeBytes());
      if (range.isEmpty()) {
        return;
      }
      SourceState best = best(ready, range.get());
      PieceWork work = pieces.take(range.get());
      work.transfers.add(start(best, range.get(), null, now, orders));
    }
  }

  /// Most bytes to ask for at once. Towards the end less and less, so that all sources end at the
  /// same time without any having to cut short what another one is giving, which costs it a
  /// connection; not while somebody may wait for whole pieces.
  private int rangeBytes() {
    if (!sources.haveAll()) {
      return PieceProgress.RANGE_BYTES_MAX;
    }
    long connections = Math.max(1, sources.connections());
    // Less than comes while a request is on its way is not worth one.
    double least = all.bytesPerSecond() / connections * sources.longestRttSeconds();
    double share = (double) pieces.unaskedBytes() / (SHARES * connections);
    double bytes = Math.max(least, share);
    return (int) Math.clamp(bytes, RANGE_BYTES_MIN, PieceProgress.RANGE_BYTES_MAX);
  }

  private SourceState best(List<SourceState> ready, PieceRange range) {
    double guess = sources.guess();
    return ready.stream()
        .filter(each -> each.has().get(range.piece()))
        .min(Comparator.comparingDouble(each -> each.expectedSeconds(range.length(), guess)))
        .orElseThrow();
  }

  private Transfer start(
      SourceState source,
      PieceRange range,
      @Nullable Transfer rival,
      long now,
      List<FetchOrder> orders) {
    Transfer transfer = transfers.start(source, range, rival, now);
    orders.add(new FetchOrder.Start(transfer.number(), source.number(), range, rival != null));
    return transfer;
  }

  /// Gives each source that has nothing to do a part of what another does.
  private void takeOver(List<FetchOrder> orders, long now) {
    boolean atTheEnd = pieces.allAsked();
    boolean full = pieces.full();
    Stealing stealing = new Stealing(transfers.all(), atTheEnd, now);
    BitSet taken = new BitSet();
    for (SourceState idle : sources.ready(now)) {
      double rate = idle.rateOfOneMore(sources.guess());
      Optional<Transfer> victim = stealing.victim(idle, taken);
      if (victim.isPresent()) {
        take(victim.get(), idle, rate, stealing, atTheEnd, full, taken, orders, now);
      }
    }
  }

  private void take(
      Transfer victim,
      SourceState idle,
      double rate,
      Stealing stealing,
      boolean atTheEnd,
      boolean full,
      BitSet taken,
      List<FetchOrder> orders,
      long now) {
    boolean whole = pieces.of(victim.piece()).whole;
    boolean quiet = victim.silentFor(QUIET_NANOS, now);
    if (!whole && !quiet && stealing.worth(victim, rate, idle.rttSeconds(), full)) {
      taken.set(victim.number());
      orders.add(new FetchOrder.Cut(victim.number(), stealing.split(victim, rate)));
    } else if (atTheEnd
        && !whole
        && transfers.races() < RACES_MAX
        && transfers.count() < TRANSFERS_MAX
        && stealing.worthARace(victim, rate, idle.rttSeconds())) {
      taken.set(victim.number());
      PieceRange rest = new PieceRange(victim.piece(), victim.at(), victim.to());
      start(idle, rest, victim, now, orders);
    }
  }
}
