package dev.ringrift.io.keeper;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.AttemptReport.State;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.agent.port.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// How attempts end: by themselves, at their timeout (SIGTERM, a grace, SIGKILL), at their
/// lease's end (SIGKILL at once, since another may start elsewhere), or because somebody wants
/// it.
final class Ending {
  static final String LEASE_OVER = "its lease ran out";

  /// What is left of an attempt after its main process gets this long between SIGTERM and
  /// SIGKILL.
  private static final long LEFT_OVER_GRACE_NANOS = 2_000_000_000L;

  /// After this long a process that does not even die of SIGKILL (a driver that hangs) is given
  /// up.
  private static final long GIVE_UP_NANOS = 10_000_000_000L;

  private final Clock clock;
  private final AttemptFiles files;
  private final KeeperLog log;
  private final Consumer<Entry> record;

  Ending(Clock clock, AttemptFiles files, KeeperLog log, Consumer<Entry> record) {
    this.clock = clock;
    this.files = files;
    this.log = log;
    this.record = record;
  }

  /// Begins to end an attempt, unless that has begun.
  void begin(Watch watch, State state, String reason, long graceNanos) {
    if (!watch.launched() || watch.spawnWanted()) {
      end(watch, state, 0, reason);
      return;
    }
    if (watch.kept().ending() == null) {
      record.accept(new Entry.Ending(watch.id(), state, reason));
      log.say("%s: is being ended: %s".formatted(watch.id(), reason));
    }
    watch.terminate(clock.nanos() + graceNanos);
  }

  /// Looks whether it is time to end a running attempt.
  void check(Watch watch) {
    Kept kept = watch.kept();
    StartOrder order = kept.order();
    watch.tryTerminate();
    if (order.exclusive() && kept.leaseUntilNanos() <= clock.bootNanos()) {
      begin(watch, State.LOST, LEASE_OVER, 0);
    } else if (timeoutInNanos(kept) <= 0) {
      String after = "timed out after " + words(order.timeout());
      begin(watch, State.FAILED, after, Attempts.GRACE_NANOS);
    }
    if (watch.killAtNanos() - clock.nanos() <= 0) {
      watch.kill();
    }
  }

  /// Until the clock has something to say about a running attempt.
  long dueInNanos(Watch watch) {
    Kept kept = watch.kept();
    long due = Long.MAX_VALUE;
    if (watch.killAtNanos() != Long.MAX_VALUE) {
      // Once it is due, kill again and again: something may be about to fork.
      due = Math.max(watch.killAtNanos() - clock.nanos(), 50_000_000L);
    } else {
      due = Math.min(due, timeoutInNanos(kept));
    }
    if (kept.order().exclusive() && kept.ending() == null) {
      due = Math.min(due, kept.leaseUntilNanos() - clock.bootNanos());
    }
    return Math.max(due, 0);
  }

  /// The main process has ended: ends what is left of the attempt, and says how it went when
  /// nothing is.
  void finish(Watch watch, OptionalInt code) {
    if (leftOver(watch)) {
      return;
    }
    Entry.Ending wanted = watch.kept().ending();
    if (wanted != null) {
      end(watch, wanted.state(), code.orElse(0), wanted.reason());
    } else if (code.isEmpty()) {
      end(watch, State.FAILED, 0, "its exit code is not known: its shell was killed");
    } else if (code.getAsInt() == 0) {
      end(watch, State.SUCCEEDED, 0, "");
    } else if (watch.kept().settingUp()) {
      String reason = "setup failed with exit code " + code.getAsInt();
      end(watch, State.FAILED, code.getAsInt(), reason);
    } else {
      end(watch, State.FAILED, code.getAsInt(), failure(watch, code.getAsInt()));
    }
  }

  /// Nothing of it runs any more.
  void end(Watch watch, State state, int code, String reason) {
    AttemptReport before = watch.kept().report();
    long now = clock.wallMillis();
    AttemptReport report =
        new AttemptReport(
            before.attempt(), state, code, reason, before.startedMillis(), Math.max(now, 1));
    record.accept(new Entry.Ended(report));
    log.say("%s: %s %d %s".formatted(before.attempt(), state, code, reason));
    try {
      files.ended(report);
    } catch (IOException e) {
      log.say("%s: its end is not noted in its folder: %s".formatted(before.attempt(), e));
    }
  }

  private boolean leftOver(Watch watch) {
    int left = watch.leftOver().size();
    if (left == 0) {
      return false;
    }
    long now = clock.nanos();
    if (watch.leftOverSinceNanos() == 0) {
      watch.leftOverSince(now);
      log.say("%s: ends %d processes that it left".formatted(watch.id(), left));
      boolean gentle = watch.kept().ending() == null;
      watch.signal(gentle ? Posix.SIGTERM : Posix.SIGKILL);
      return true;
    }
    long since = now - watch.leftOverSinceNanos();
    if (since > GIVE_UP_NANOS) {
      log.say("%s: %d processes do not die".formatted(watch.id(), left));
      return false;
    }
    if (since > LEFT_OVER_GRACE_NANOS || watch.kept().ending() != null) {
      watch.signal(Posix.SIGKILL);
    }
    return true;
  }

  private String failure(Watch watch, int code) {
    if (code == 126 || code == 127) {
      var said = files.startFailure(watch.id());
      if (said.isPresent()) {
        return "cannot start %s: %s".formatted(watch.kept().order().run().getFirst(), said.get());
      }
    }
    String signal =
        switch (code) {
          case 130 -> " (SIGINT)";
          case 134 -> " (SIGABRT)";
          case 135 -> " (SIGBUS)";
          case 136 -> " (SIGFPE)";
          case 137 -> " (SIGKILL: someone, or the kernel for want of memory)";
          case 139 -> " (SIGSEGV)";
          case 143 -> " (SIGTERM)";
          default -> "";
        };
    return "exit code " + code + signal;
  }

  private long timeoutInNanos(Kept kept) {
    Duration timeout = kept.order().timeout();
    if (timeout.isZero() || kept.ending() != null) {
      return Long.MAX_VALUE;
    }
    return kept.startedBootNanos() + timeout.toNanos() - clock.bootNanos();
  }

  /// As people write it: `1h30m`, `90s` as `1m30s`, `0.5s`.
  static String words(Duration span) {
    return span.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
