package dev.ringrift.io.data.swarm;

import dev.ringrift.core.data.FetchOrder;
import dev.ringrift.core.data.PieceLayout;
import dev.ringrift.core.data.PiecePicker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The transfers that run, and what the picker is told of them. Where one ends, it is said whether
/// all bytes of its piece are there now. Not thread-safe.
final class RunningTransfers {
  private final PieceLayout layout;
  private final PieceFile file;
  private final PiecePicker picker;
  private final Blame blame;
  private final Map<Integer, PieceTransfer> running = new HashMap<>();

  RunningTransfers(PieceLayout layout, PieceFile file, PiecePicker picker, Blame blame) {
    this.layout = layout;
    this.file = file;
    this.picker = picker;
    this.blame = blame;
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  PieceTransfer start(FetchOrder.Start order, SwarmSource source) {
    int piece = order.range().piece();
    PieceTransfer fresh =
        new PieceTransfer(order, source, layout.offset(piece), layout.length(piece), file);
    running.put(order.transfer(), fresh);
    return fresh;
  }

  /// Tells how far each is: what is shared out at the end is less than comes between ticks.
  void look(long now) {
    running.values().forEach(each -> picker.reached(each.number(), each.at(), now));
  }

  /// Takes one out that is over; returns whether it was in.
  boolean remove(PieceTransfer transfer, long now) {
    boolean known = running.remove(transfer.number()) != null;
    if (known) {
      picker.reached(transfer.number(), transfer.at(), now);
    }
    return known;
  }

  /// One that was taken out is at its end, or got no further. Returns whether its piece is covered.
  boolean ended(PieceTransfer transfer, long now) {
    return (races(transfer) && transfer.complete()) ? won(transfer, now) : over(transfer);
  }

  /// Not any more when the one that it raced with is gone: what it brings counts then.
  private boolean races(PieceTransfer transfer) {
    return transfer.race() && picker.races(transfer.number());
  }

  private boolean over(PieceTransfer transfer) {
    if (!races(transfer)) {
      counts(transfer);
    }
    return picker.ended(transfer.number());
  }

  private boolean won(PieceTransfer transfer, long now) {
    if (!picker.lost(transfer.number())) {
      PieceTransfer loser = picker.rival(transfer.number()).map(running::remove).orElse(null);
      if (loser != null) {
        loser.halt();
        picker.reached(loser.number(), loser.at(), now);
        counts(loser);
      }
      counts(transfer);
    }
    return picker.won(transfer.number());
  }

  /// Its bytes are in their place, and its source answers for them.
  private void counts(PieceTransfer transfer) {
    transfer.settle();
    gave(transfer, transfer.at());
  }

  private void gave(PieceTransfer transfer, int to) {
    blame.gave(transfer.source(), transfer.piece(), transfer.begin(), to, transfer.pieceDigest());
  }

  void cut(FetchOrder.Cut order, long now) {
    PieceTransfer known = running.get(order.transfer());
    if (known != null) {
      int end = known.cut(order.at());
      picker.reached(known.number(), known.at(), now);
      picker.cut(known.number(), end);
    }
  }

  /// Stops all of a source: it is not waited for, and not one byte more of it is written.
  ///
  /// @param discard whether what they brought is not to be trusted
  /// @return the pieces that are covered now
  List<Integer> halt(SwarmSource source, boolean discard, long now) {
    List<Integer> covered = new ArrayList<>();
    for (PieceTransfer each : List.copyOf(running.values())) {
      if (each.source() == source) {
        each.halt();
        if (discard) {
          running.remove(each.number());
          picker.discarded(each.number());
        } else if (remove(each, now) && over(each)) {
          covered.add(each.piece());
        }
      }
    }
    return covered;
  }

  /// Stops one of them; null when it is over already.
  @org.jspecify.annotations.Nullable
  PieceTransfer halt(int transfer, long now) {
    PieceTransfer known = running.get(transfer);
    if (known != null) {
      known.halt();
      remove(known, now);
    }
    return known;
  }

  void haltAll() {
    running.values().forEach(PieceTransfer::halt);
    running.clear();
  }
}
