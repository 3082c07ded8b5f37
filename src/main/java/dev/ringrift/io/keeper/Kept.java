package dev.ringrift.io.keeper;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.AttemptReport.State;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.jobs.AttemptId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the journal says of one attempt that is not forgotten.
final class Kept {
  private @Nullable StartOrder order;
  private String boot = "";
  private Entry.@Nullable Launched first;
  private Entry.@Nullable Launched last;
  private long leaseUntilNanos;
  private Entry.@Nullable Ending ending;
  private @Nullable AttemptReport ended;

  void apply(Entry entry) {
    switch (entry) {
      case Entry.Ordered ordered -> {
        order = ordered.order();
        boot = ordered.boot();
      }
      case Entry.Launched launched -> {
        first = first == null ? launched : first;
        last = launched;
      }
      case Entry.Leased leased -> leaseUntilNanos = leased.untilBootNanos();
      case Entry.Ending said -> ending = ending == null ? said : ending;
      case Entry.Ended end -> ended = end.report();
      case Entry.Forgotten _ -> throw new IllegalStateException("forgotten: " + entry.attempt());
    }
  }

  AttemptId id() {
    return ended == null ? order().attempt() : ended.attempt();
  }

  /// The order; only of one that is not ended.
  StartOrder order() {
    if (order == null) {
      throw new IllegalStateException("an attempt without an order: " + ended);
    }
    return order;
  }

  /// The kernel's boot id when it was ordered.
  String boot() {
    return boot;
  }

  boolean live() {
    return ended == null;
  }

  /// How many processes were started for it.
  int launches() {
    return last == null ? 0 : last.launch();
  }

  /// Whether its newest process is the setup script.
  boolean settingUp() {
    return last != null && last.setup();
  }

  /// `CLOCK_BOOTTIME` of its first process.
  long startedBootNanos() {
    return first == null ? 0 : first.bootNanos();
  }

  /// The instant of `CLOCK_BOOTTIME` at which its lease ends, 0 for none yet.
  long leaseUntilNanos() {
    return leaseUntilNanos;
  }

  /// What will be said of it once it has ended, when it is being ended.
  Entry.@Nullable Ending ending() {
    return ending;
  }

  AttemptReport report() {
    if (ended != null) {
      return ended;
    }
    boolean runs = last != null && !last.setup();
    long started = first == null ? 0 : first.wallMillis();
    return new AttemptReport(
        order().attempt(), runs ? State.RUNNING : State.PREPARING, 0, "", started, 0);
  }

  /// The same in as few entries as possible.
  List<Entry> entries() {
    List<Entry> all = new ArrayList<>();
    if (ended != null) {
      all.add(new Entry.Ended(ended));
      return all;
    }
    all.add(new Entry.Ordered(order(), boot));
    if (first != null && last != null) {
      all.add(first);
      if (!last.equals(first)) {
        all.add(last);
      }
    }
    if (leaseUntilNanos != 0) {
      all.add(new Entry.Leased(order().attempt(), leaseUntilNanos));
    }
    if (ending != null) {
      all.add(ending);
    }
    return all;
  }
}
