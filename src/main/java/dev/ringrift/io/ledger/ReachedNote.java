package dev.ringrift.io.ledger;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down, now and then, how far the ledger has come; see `Reached`. Not thread-safe.
///
/// A note that is old notices less and is wrong about nothing, so that one that cannot be written
/// is no reason to stop: it is tried again.
final class ReachedNote {
  private static final Logger LOG = LoggerFactory.getLogger(ReachedNote.class);

  /// How much of the newest may be lost without being noticed.
  static final Duration EVERY = Duration.ofSeconds(2);

  private final LedgerFolder folder;
  private long dueNanos;
  private OptionalLong written = OptionalLong.empty();
  private boolean failing;

  /// @param nowNanos of the clock that `keep` is given
  ReachedNote(LedgerFolder folder, long nowNanos) {
    this.folder = folder;
    this.dueNanos = nowNanos;
  }

  /// Writes it down if that is due and something new was applied.
  void keep(TermIndex applied, long nowNanos) {
    if (nowNanos - dueNanos >= 0) {
      dueNanos = nowNanos + EVERY.toNanos();
      keep(applied);
    }
  }

  /// Writes it down if something new was applied.
  void keep(TermIndex applied) {
    try {
      if (written.isEmpty()) {
        // After a start less is applied than before it; the note never goes back.
        written = OptionalLong.of(Reached.read(folder).map(Reached::index).orElse(-1L));
      }
      if (applied.getIndex() > written.getAsLong()) {
        Reached.write(folder, applied);
        written = OptionalLong.of(applied.getIndex());
      }
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("how far the ledger has come cannot be written down yet: {}", e.toString());
      }
      failing = true;
    }
  }
}
