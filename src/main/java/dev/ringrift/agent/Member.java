package dev.ringrift.agent;

import dev.ringrift.core.Role;
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
