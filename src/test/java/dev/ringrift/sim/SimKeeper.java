package dev.ringrift.sim;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The keeper of one host: lives on when its agent ends, dies with the machine, and finds its
/// journal again at the next boot.
///
/// A job's command is `job MILLIS FAIL_PERCENT`: about how long it runs, and how likely it fails.
final class SimKeeper {
  private static final long CALL_NANOS = 300 * SimWorld.MICROS;

  private final SimHost host;
  private final SplittableRandom dice;
  private final Map<AttemptId, Kept> kept = new TreeMap<>();
  private final Set<AttemptId> marks = new HashSet<>();
  private final Map<AttemptId, Long> earlyLeases = new TreeMap<>();

  /// What ran here has left a folder, which outlives the journal.
  private final Set<AttemptId> folders = new HashSet<>();

  SimKeeper(SimHost host, SplittableRandom dice) {
    this.host = host;
    this.dice = dice;
  }

  /// The keeper as one run of the agent sees it: calls take a moment, and are lost when the agent
  /// ends in that moment.
  Keeper port(AgentProcess caller, Consumer<AttemptId> called) {
    return new Keeper() {
      @Override
      public void start(StartOrder order) {
        called.accept(order.attempt());
        later(() -> SimKeeper.this.start(order));
      }

      @Override
      public void stop(AttemptId attempt, String reason, Duration grace) {
        called.accept(attempt);
        later(() -> SimKeeper.this.stop(attempt, reason, grace));
      }

      @Override
      public void extendLease(AttemptId attempt, long untilBootNanos) {
        called.accept(attempt);
        later(() -> SimKeeper.this.extend(attempt, untilBootNanos));
      }

      @Override
      public void forget(AttemptId attempt) {
        called.accept(attempt);
        later(() -> SimKeeper.this.forget(attempt));
      }

      private void later(Runnable call) {
        host.after(
            CALL_NANOS,
            "keeper call",
            () -> {
              if (caller.alive()) {
                call.run();
              }
            });
      }
    };
  }

  /// What is kept and not yet forgotten.
  int size() {
    return kept.size();
  }

  /// A new agent connects and is told everything.
  void attach() {
    int boot = host.boots();
    Optional<AgentProcess> agent = host.process();
    host.world.after(
        dice.nextLong(2 * SimWorld.MILLIS, 400 * SimWorld.MILLIS),
        "keeper attached",
        () ->
            host.run(
                boot,
                () -> {
                  if (host.process().equals(agent)) {
                    List<AttemptReport> all = kept.values().stream().map(Kept::report).toList();
                    agent.ifPresent(a -> a.tell(p -> p.keeperReported(all, true)));
                  }
                }));
  }

  /// Another keeper begins without the journal of this one. It ends what it finds running, and then
  /// says that it knows of nothing.
  void loseJournal() {
    host.world.note("%s: its keeper's journal is lost", host);
    for (Kept one : kept.values()) {
      one.stopping = true; // what was about to start never does
      one.execution
          .filter(Execution::runs)
          .ifPresent(e -> host.world.executions.end(e, Execution.Ending.STRAY, ""));
    }
    kept.clear();
    marks.clear();
    earlyLeases.clear();
    attach();
  }

  void powerOff() {
    for (Kept one : kept.values()) {
      one.execution
          .filter(Execution::runs)
          .ifPresent(e -> host.world.executions.end(e, Execution.Ending.POWER_LOST, ""));
    }
  }

  void boot() {
    earlyLeases.clear();
    for (Kept one : kept.values()) {
      if (!one.state.ended()) {
        one.state = AttemptReport.State.LOST;
        one.reason = "the machine was restarted";
        one.ended = host.clock.wallMillis();
      }
    }
  }

  private void start(StartOrder order) {
    AttemptId id = order.attempt();
    if (kept.containsKey(id) || marks.contains(id)) {
      return;
    }
    Kept one = new Kept(order);
    kept.put(id, one);
    if (folders.contains(id)) {
      one.end(Execution.Ending.STRAY, AttemptReport.State.LOST, 0, "it has run here before");
      return;
    }
    tell(one);
    Long lease = earlyLeases.remove(id);
    if (lease != null) {
      extend(id, lease);
    }
    host.after(dice.nextLong(SimWorld.MILLIS, 300 * SimWorld.MILLIS), "prepared", one::prepared);
  }

  private void stop(AttemptId id, String reason, Duration grace) {
    Kept one = kept.get(id);
    if (one == null) {
      if (marks.add(id)) {
        Kept never = new Kept(StartOrders.never(id));
        never.state = AttemptReport.State.CANCELLED;
        never.reason = reason;
        kept.put(id, never);
        tell(never);
      }
      return;
    }
    if (one.state.ended() || one.stopping) {
      return;
    }
    one.stopping = true;
    long takes = dice.nextLong(SimWorld.MILLIS, Math.max(2 * SimWorld.MILLIS, grace.toNanos()));
    host.after(
        takes,
        "stopped",
        () -> one.end(Execution.Ending.STOPPED, AttemptReport.State.CANCELLED, 143, reason));
  }

  private void extend(AttemptId id, long untilBootNanos) {
    Kept one = kept.get(id);
    if (one == null && !marks.contains(id)) {
      earlyLeases.put(id, untilBootNanos);
    }
    if (one != null && one.order.exclusive() && !one.state.ended()) {
      one.leaseUntil = Math.max(one.leaseUntil, untilBootNanos);
      one.watchLease();
      one.runIfReady();
    }
  }

  private void forget(AttemptId id) {
    Kept one = kept.get(id);
    if (one != null && one.state.ended()) {
      host.world.executions.forgotten(host, one.report());
      kept.remove(id);
      marks.add(id);
    }
  }

  private void tell(Kept one) {
    List<AttemptReport> news = new ArrayList<>(List.of(one.report()));
    host.process()
        .ifPresent(agent -> agent.after(CALL_NANOS, "keeper news", () -> agent.tell(report(news))));
  }

  private static Consumer<NodeProgram> report(List<AttemptReport> news) {
    return program -> program.keeperReported(news, false);
  }

  /// One attempt as the keeper knows it; all of it is in the journal.
  private final class Kept {
    final StartOrder order;
    final int boot = host.boots();
    AttemptReport.State state = AttemptReport.State.PREPARING;
    Optional<Execution> execution = Optional.empty();
    String reason = "";
    int exitCode;
    long started;
    long ended;
    long leaseUntil = Long.MIN_VALUE;
    boolean ready;
    boolean stopping;

    Kept(StartOrder order) {
      this.order = order;
    }

    AttemptReport report() {
      return new AttemptReport(order.attempt(), state, exitCode, reason, started, ended);
    }

    void prepared() {
      ready = true;
      runIfReady();
    }

    void runIfReady() {
      boolean leased = !order.exclusive() || leaseUntil > host.clock.bootNanos();
      if (!ready || !leased || stopping || state != AttemptReport.State.PREPARING) {
        return;
      }
      state = AttemptReport.State.RUNNING;
      folders.add(order.attempt());
      started = host.clock.wallMillis();
      execution = Optional.of(host.world.executions.begin(order, host));
      tell(this);
      long mean = Long.parseLong(order.run().get(1)) * SimWorld.MILLIS;
      boolean fails = dice.nextInt(100) < Integer.parseInt(order.run().get(2));
      int code = fails ? (dice.nextBoolean() ? 1 : 75) : 0;
      host.after(
          mean / 2 + dice.nextLong(mean),
          "job ends",
          () ->
              end(
                  fails ? Execution.Ending.FAILED : Execution.Ending.SUCCEEDED,
                  fails ? AttemptReport.State.FAILED : AttemptReport.State.SUCCEEDED,
                  code,
                  fails ? "exit code " + code : ""));
      if (!order.timeout().isZero()) {
        host.after(order.timeout().toNanos(), "job times out", this::timeOut);
      }
    }

    void timeOut() {
      String why = "it ran longer than " + order.timeout();
      end(Execution.Ending.TIMED_OUT, AttemptReport.State.FAILED, 143, why);
    }

    void watchLease() {
      long until = leaseUntil;
      host.after(
          host.clock.untilBoot(until),
          "lease ends",
          () -> {
            if (leaseUntil == until) {
              String why = "its lease ran out";
              end(Execution.Ending.LEASE_ENDED, AttemptReport.State.LOST, 137, why);
            }
          });
    }

    void end(Execution.Ending how, AttemptReport.State to, int code, String why) {
      if (state.ended() || host.boots() != boot || kept.get(order.attempt()) != this) {
        return;
      }
      state = to;
      exitCode = code;
      reason = why;
      ended = host.clock.wallMillis();
      execution.filter(Execution::runs).ifPresent(e -> host.world.executions.end(e, how, why));
      tell(this);
    }
  }
}
