package dev.ringrift.core.data;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The transfers that run, and which of them race. Not thread-safe.
final class Transfers {
  private final Map<Integer, Transfer> running = new LinkedHashMap<>();
  private int made;

  /// @param rival the one that fetches the same bytes already
  Transfer start(SourceState source, PieceRange range, @Nullable Transfer rival, long nowNanos) {
    source.began(range.length(), nowNanos);
    Transfer transfer = new Transfer(made++, source, range, rival != null, nowNanos);
    if (rival != null) {
      rival.rival(transfer);
      transfer.rival(rival);
    }
    running.put(transfer.number(), transfer);
    return transfer;
  }

  @Nullable Transfer find(int transfer) {
    return running.get(transfer);
  }

  /// It is over.
  @Nullable Transfer remove(int transfer) {
    Transfer known = running.remove(transfer);
    if (known != null) {
      known.source().ended(known.left());
    }
    return known;
  }

  Collection<Transfer> all() {
    return Collections.unmodifiableCollection(running.values());
  }

  int count() {
    return running.size();
  }

  long races() {
    return running.values().stream().filter(Transfer::race).count();
  }

  /// The transfer that raced with this one, or that this one races with.
  Optional<Integer> rival(int transfer) {
    Transfer known = running.get(transfer);
    return known == null || known.rival() == null
        ? Optional.empty()
        : Optional.of(known.rival().number());
  }

  /// Whether a transfer races for bytes that another one fetches, or has lost them to it.
  boolean races(int transfer) {
    Transfer known = running.get(transfer);
    return known != null && known.race();
  }

  /// Whether a transfer raced and was not the first, or is over.
  boolean lost(int transfer) {
    Transfer known = running.get(transfer);
    return known == null || (known.race() && known.rival() == null);
  }
}
