package dev.ringrift.agent;

import dev.ringrift.core.Role;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.liveness.FailureDetector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/// What the leader remembers of one node, beyond the ledger; gone with its lead.
final class Member {
  private static final int RETIRED_MAX = 16;

  /// How long a machine that was said to be gone must be heard without a gap before it counts as
  /// running: as long as a silence must last to mean something, since no link holds a message
  /// back for longer.
  static final Duration BELIEVED_AFTER = FailureDetector.UNKNOWN_AFTER;

  final Role role;
  private Optional<Message.Hello> hello = Optional.empty();
  private Optional<Message.Report> report = Optional.empty();
  private final ArrayDeque<String> retired = new ArrayDeque<>();
  private String instance = "";
  private long instanceHeardNanos;
  private boolean doubted;
  private long heardSinceNanos;
  private long lastHeardNanos;

  Member(Role role) {
    this.role = role;
  }

  /// Whether a message is of the agent that is listened to. Of two under one name that is the one
  /// that was heard first, until it is silent: another may be a copy on another machine, by whose
  /// word all that runs here would be lost; or it is the next start of the same.
  ///
  /// @param known whether it is the agent that the ledger has; or there is none, or that one has
  ///     had its time: so a new leader, too, listens to the one that was there
  boolean admits(String sender, boolean known, long nowNanos) {
    if (instance.isEmpty() && !known) {
      return false;
    }
    boolean same = instance.equals(sender);
    boolean lives = nowNanos - instanceHeardNanos < FailureDetector.SUSPECT_AFTER.toNanos();
    if (retired.contains(sender) || (!same && !instance.isEmpty() && lives)) {
      return false;
    }
    instance = sender;
    instanceHeardNanos = nowNanos;
    return true;
  }

  /// The agent that is listened to; empty while there is none.
  String listensTo() {
    return instance;
  }

  /// Something came from it.
  void heard(long nowNanos) {
    if (nowNanos - lastHeardNanos > FailureDetector.SUSPECT_AFTER.toNanos()) {
      heardSinceNanos = nowNanos;
    }
    lastHeardNanos = nowNanos;
  }

  /// Whether it may be taken for alive although its machine was said not to run: one message can
  /// have been on its way when that was said, a machine that runs is heard again and again.
  ///
  /// @param word what was last said of its machine
  boolean believed(NodeRecord.Word word, long nowNanos) {
    boolean news = !doubted;
    doubted = word != NodeRecord.Word.RUNS;
    if (doubted && news) {
      heardSinceNanos = nowNanos;
    }
    return !doubted || nowNanos - heardSinceNanos >= BELIEVED_AFTER.toNanos();
  }

  /// Takes who the node says it is. A late one of an earlier start is dropped.
  boolean take(Message.Hello news) {
    if (retired.contains(news.instance())) {
      return false;
    }
    hello
        .map(Message.Hello::instance)
        .filter(i -> !i.equals(news.instance()))
        .ifPresent(this::retire);
    hello = Optional.of(news);
    return true;
  }

  /// Takes a report unless it is older than the one at hand.
  boolean take(Message.Report news) {
    if (retired.contains(news.instance())) {
      return false;
    }
    if (report.isPresent() && report.get().instance().equals(news.instance())) {
      if (report.get().seq() >= news.seq()) {
        return false;
      }
    } else {
      report.map(Message.Report::instance).ifPresent(this::retire);
      hello
          .map(Message.Hello::instance)
          .filter(i -> !i.equals(news.instance()))
          .ifPresent(this::retire);
    }
    report = Optional.of(news);
    return true;
  }

  private void retire(String instance) {
    retired.addLast(instance);
    if (retired.size() > RETIRED_MAX) {
      retired.removeFirst();
    }
    if (report.isPresent() && report.get().instance().equals(instance)) {
      report = Optional.empty();
    }
  }

  Optional<Message.Hello> hello() {
    return hello;
  }

  /// Whether the ledger has what the node said of itself. Free disk changes all the time; only a
  /// change that matters is written down.
  boolean isWritten(Optional<NodeRecord> record) {
    if (record.isEmpty() || hello.isEmpty()) {
      return false;
    }
    NodeRecord written = record.get();
    Message.Hello said = hello.get();
    int was = written.capacity().diskMib();
    int is = said.capacity().diskMib();
    return written.role() == role
        && written.addresses().equals(said.addresses())
        && written.capacity().withDiskMib(is).equals(said.capacity())
        && Math.abs(was - is) <= Math.max(was / 10, 1024)
        && written.version().equals(said.version())
        && written.commands() == said.commands()
        && written.pid() == said.pid()
        && written.word() == NodeRecord.Word.RUNS;
  }

  Optional<Message.Report> report() {
    return report;
  }

  /// Whether the node has said all that runs there, so that it can be given more.
  boolean wholeReport() {
    return report.isPresent() && report.get().whole();
  }

  Figures figures() {
    return report.map(Message.Report::figures).orElse(Figures.NONE);
  }
}
