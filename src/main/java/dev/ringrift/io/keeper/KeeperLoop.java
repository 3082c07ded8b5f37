package dev.ringrift.io.keeper;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.AttemptReport.State;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.journal.Journal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The keeper's one thread: takes what agents ask and what processes do, writes it to the
/// journal, and only then acts on it and says it. A round is: events, attempts, journal,
/// starts, answers.
final class KeeperLoop {
  /// Events that wait.
  static final int EVENTS_MAX = 100_000;

  /// Attempts that are not forgotten; beyond, nothing is started.
  static final int ATTEMPTS_MAX = 10_000;

  private static final long POLL_MILLIS = 100;
  private static final long WATCH_MILLIS = 1_000;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(EVENTS_MAX);
  private final Clock clock;
  private final Book book;
  private final Journal<Entry> journal;
  private final Attempts attempts;
  private final Tidy tidy;
  private final KeeperLog log;
  private final long idleExitNanos;
  private final String build;
  private final Map<AgentLine, Long> agents = new HashMap<>();
  private final List<Entry> unwritten = new ArrayList<>();
  private final Set<AttemptId> changed = new LinkedHashSet<>();
  private final Set<AgentLine> strangers = new LinkedHashSet<>();
  private @Nullable AgentLine successor;
  private boolean leaving;
  private long idleSinceNanos;

  KeeperLoop(
      Clock clock,
      Book book,
      Journal<Entry> journal,
      AttemptFiles files,
      Tidy tidy,
      KeeperLog log,
      KeeperSettings settings) {
    this.clock = clock;
    this.book = book;
    this.journal = journal;
    this.tidy = tidy;
    this.log = log;
    this.idleExitNanos = settings.idleExit().toNanos();
    this.build = settings.build();
    this.attempts = new Attempts(clock, files, log, this::record, () -> post(new Event.Look()));
  }

  /// Puts an event in the queue; from any thread.
  void post(Event event) {
    if (!(event instanceof Event.Look)) {
      putUninterruptibly(event);
    } else if (!events.offer(event)) {
      log.say("the queue is full; it is looked at anyway");
    }
  }

  /// Takes over what an earlier keeper left.
  void adopt() throws IOException {
    for (Kept kept : book.live()) {
      attempts.adopt(kept);
    }
  }

  /// Works until there is nothing left to do.
  void run() throws InterruptedException {
    idleSinceNanos = clock.nanos();
    while (!done()) {
      Event first = events.poll(waitMillis(), TimeUnit.MILLISECONDS);
      List<Event> batch = new ArrayList<>();
      if (first != null) {
        batch.add(first);
      }
      events.drainTo(batch);
      batch.forEach(this::take);
      attempts.look();
      boolean durable = flush();
      if (durable) {
        attempts.spawn();
        durable = flush();
      }
      answer(durable);
    }
    for (AgentLine line : agents.keySet()) {
      line.finish(WATCH_MILLIS);
    }
  }

  private boolean done() {
    if (successor != null && unwritten.isEmpty() && attempts.canBeLeft() && journalIsWhole()) {
      return true;
    }
    if (!book.live().isEmpty() || (!agents.isEmpty() && !leaving)) {
      idleSinceNanos = clock.nanos();
      return false;
    }
    boolean idle = clock.nanos() - idleSinceNanos > idleExitNanos;
    return unwritten.isEmpty() && changed.isEmpty() && (leaving || idle);
  }

  /// Writes the journal anew for who takes over. A disk that takes no journal may take no exit code
  /// either, and this keeper would still have it.
  private boolean journalIsWhole() {
    try {
      journal.compact(book.entries());
      return true;
    } catch (IOException e) {
      log.say("cannot hand over: the journal cannot be written: " + e);
      successor = null;
      return false;
    }
  }

  private long waitMillis() {
    if (successor != null || !unwritten.isEmpty() || attempts.needPolling()) {
      return POLL_MILLIS;
    }
    long millis = book.live().isEmpty() ? idleExitNanos / 1_000_000 + 1 : WATCH_MILLIS;
    return Math.max(1, Math.min(millis, attempts.nextDeadlineNanos() / 1_000_000 + 1));
  }

  private void take(Event event) {
    switch (event) {
      case Event.Connected connected -> {
        agents.put(connected.line(), 0L);
        strangers.add(connected.line());
      }
      case Event.Gone gone -> {
        agents.remove(gone.line());
        strangers.remove(gone.line());
        successor = gone.line() == successor ? null : successor;
      }
      case Event.Asked asked -> {
        agents.replace(asked.line(), asked.request().seq());
        take(asked.line(), asked.request().request());
      }
      case Event.Look _ -> {}
    }
  }

  private void take(AgentLine from, Request request) {
    switch (request) {
      case Request.Start start -> {
        AttemptId id = start.order().attempt();
        if (book.knows(id)) {
          changed.add(id);
        } else if (book.attempts().size() < ATTEMPTS_MAX && !leaving) {
          record(new Entry.Ordered(start.order(), attempts.boot()));
          attempts.add(known(id));
        }
      }
      case Request.Stop stop -> stop(stop);
      case Request.Extend extend -> {
        Kept kept = book.find(extend.attempt());
        if (kept == null ? !book.knows(extend.attempt()) : kept.live()) {
          record(new Entry.Leased(extend.attempt(), extend.untilBootNanos()));
        }
      }
      case Request.Forget forget -> {
        Kept kept = book.find(forget.attempt());
        if (kept == null || !kept.live()) {
          if (kept != null || !book.knows(forget.attempt())) {
            record(new Entry.Forgotten(forget.attempt()));
          }
          tidy.forget(forget.attempt());
        }
      }
      case Request.HandOver over -> {
        if (!over.build().equals(build) && !leaving) {
          log.say("hands over to a keeper of build %s when it can".formatted(over.build()));
          successor = from;
        }
      }
      case Request.EndAll end -> {
        leaving = true;
        log.say("ends everything: " + end.reason());
        attempts.endAll(end.reason(), end.graceMillis());
      }
    }
  }

  private void stop(Request.Stop stop) {
    if (!book.knows(stop.attempt())) {
      long now = clock.wallMillis();
      record(
          new Entry.Ended(
              new AttemptReport(stop.attempt(), State.CANCELLED, 0, stop.reason(), 0, now)));
    } else if (known(stop.attempt()).live()) {
      attempts.stop(stop.attempt(), stop.reason(), stop.graceMillis());
    }
    changed.add(stop.attempt());
  }

  private Kept known(AttemptId id) {
    Kept kept = book.find(id);
    if (kept == null) {
      throw new IllegalStateException("attempt %s is not in the book".formatted(id));
    }
    return kept;
  }

  private void record(Entry entry) {
    book.apply(entry);
    unwritten.add(entry);
    changed.add(entry.attempt());
  }

  /// Whether everything that is known is on disk.
  private boolean flush() {
    try {
      if (!unwritten.isEmpty()) {
        journal.append(unwritten);
        unwritten.clear();
      }
      if (journal.grown()) {
        journal.compact(book.entries());
      }
      return true;
    } catch (IOException e) {
      log.say("the journal cannot be written, so nothing is started: " + e);
      return unwritten.isEmpty();
    }
  }

  private void answer(boolean durable) {
    List<AttemptReport> news = changed.stream().flatMap(id -> attempts.report(book, id)).toList();
    changed.clear();
    long pid = ProcessHandle.current().pid();
    agents.forEach(
        (line, seq) -> {
          long ack = durable ? seq : 0;
          if (strangers.remove(line)) {
            List<AttemptReport> all =
                book.attempts().stream().flatMap(kept -> attempts.report(book, kept.id())).toList();
            line.send(new Request.Answer(ack, true, pid, build, all));
          } else if (!news.isEmpty() || ack > 0) {
            line.send(new Request.Answer(ack, false, pid, build, news));
          }
        });
    if (durable) {
      agents.replaceAll((line, seq) -> 0L);
    }
  }

  private void putUninterruptibly(Event event) {
    try {
      events.put(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
