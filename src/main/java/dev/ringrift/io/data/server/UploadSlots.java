package dev.ringrift.io.data.server;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// How many pieces are given at a time: more would make each of them slow, while others could have
/// given them.
///
/// No reader has all of them: a quarter is left to others. And who reads hardly anything loses its
/// slot to the next who asks: a reader that stands still would hold it for as long as its
/// connection lives, and one that reads a byte now and then for ever. Thread-safe.
final class UploadSlots {
  /// A transfer that is slower can be ended.
  static final long BYTES_PER_SECOND_MIN = 16 << 10;

  /// Over how long that is looked at.
  static final Duration LOOK = Duration.ofSeconds(10);

  private final int count;
  private final int eachMax;
  private final long lookNanos;
  private final LongSupplier nanos;
  private final Set<Slot> taken = new LinkedHashSet<>();

  /// @param nanos of a monotonic clock
  UploadSlots(int count, Duration look, LongSupplier nanos) {
    this.count = count;
    this.eachMax = count - count / 4;
    this.lookNanos = look.toNanos();
    this.nanos = nanos;
  }

  /// One of them, in use.
  final class Slot implements Runnable {
    private final Reader reader;
    private final AtomicLong moved = new AtomicLong();
    private long lookedAt = nanos.getAsLong();
    private long movedThen;

    private Slot(Reader reader) {
      this.reader = reader;
    }

    /// So many bytes more have gone out.
    void moved(long bytes) {
      moved.addAndGet(bytes);
    }

    /// Gives it back, however often it is run.
    @Override
    public void run() {
      release(this);
    }

    private boolean slow(long now) {
      long time = now - lookedAt;
      if (time < lookNanos) {
        return false;
      }
      long bytes = moved.get() - movedThen;
      if (bytes / (time / 1e9) < BYTES_PER_SECOND_MIN) {
        return true;
      }
      lookedAt = now;
      movedThen = moved.get();
      return false;
    }
  }

  /// A slot for a reader; empty when there is none, or it has as many as one may have.
  Optional<Slot> take(Reader reader) {
    Slot fresh;
    Optional<Slot> ended = Optional.empty();
    synchronized (this) {
      boolean most = taken.stream().filter(each -> each.reader.same(reader)).count() >= eachMax;
      if (most || taken.size() >= count) {
        ended = slow(most ? Optional.of(reader) : Optional.empty());
        if (ended.isEmpty()) {
          return Optional.empty();
        }
        taken.remove(ended.get());
      }
      fresh = new Slot(reader);
      taken.add(fresh);
    }
    ended.ifPresent(each -> each.reader.hangUp().run());
    return Optional.of(fresh);
  }

  /// The oldest of those that hardly move.
  ///
  /// @param of whose; anybody's when empty
  private Optional<Slot> slow(Optional<Reader> of) {
    long now = nanos.getAsLong();
    return taken.stream()
        .filter(each -> of.isEmpty() || each.reader.same(of.get()))
        .filter(each -> each.slow(now))
        .findFirst();
  }

  private synchronized void release(Slot slot) {
    taken.remove(slot);
  }

  /// As `X-Load` says it: those in use, and all.
  synchronized String load() {
    return "%d/%d".formatted(taken.size(), count);
  }
}
