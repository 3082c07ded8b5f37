package dev.ringrift.agent;

import dev.ringrift.core.Role;
import dev.ringrift.core.ledger.NodeRecord;
import java.util.ArrayDeque;
import java.util.Optional;

/// What the leader remembers of one node, beyond the ledger; gone with its lead.
final class Member {
  private static final int RETIRED_MAX = 16;

  final Role role;
  private Optional<Message.Hello> hello = Optional.empty();
  private Optional<Message.Report> report = Optional.empty();
  private final ArrayDeque<String> retired = new ArrayDeque<>();

  Member(Role role) {
    this.role = role;
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
