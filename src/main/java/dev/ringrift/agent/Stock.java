package dev.ringrift.agent;

import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What one node reported of its files. Not thread-safe.
final class Stock {
  private String instance = "";
  private long seq;
  private String url = "";
  private long mark;
  private Set<ObjectId> whole = Set.of();
  private List<Depot.Spare> spare = List.of();
  private long overBytes;
  private List<FetchReport> fetches = List.of();
  private Map<AttemptId, Collected> collected = Map.of();
  private List<Saved> saved = List.of();
  private final Set<Named> named = new HashSet<>();

  /// Takes a report, unless a newer one has come; returns whether it was taken.
  boolean take(Message.DataReport report) {
    boolean same = report.instance().equals(instance);
    if (same && report.seq() <= seq) {
      return false;
    }
    if (!same) {
      named.clear();
    }
    instance = report.instance();
    seq = report.seq();
    url = report.url();
    mark = report.mark();
    if (report.all()) {
      whole = Set.copyOf(report.whole());
      named.removeIf(each -> !whole.contains(each.id()));
    }
    if (report.all() || report.overBytes() > 0) {
      spare = report.spare();
    }
    overBytes = report.overBytes();
    fetches = report.fetches();
    saved = report.saved();
    collected =
        report.collected().stream()
            .collect(Collectors.toMap(Collected::attempt, c -> c, (one, other) -> other));
    for (FetchReport fetch : fetches) {
      if (fetch.state() == FetchReport.State.DONE) {
        named.add(new Named(fetch.id(), fetch.name()));
      }
    }
    return true;
  }

  /// Whether its set is the one that the node holds; if not, one that told of a change was lost.
  boolean right() {
    return mark == DataDesk.mark(whole);
  }

  boolean holds(ObjectId id) {
    return whole.contains(id);
  }

  /// The node was told to give it up.
  void gone(ObjectId id) {
    Set<ObjectId> fewer = new HashSet<>(whole);
    fewer.remove(id);
    whole = Set.copyOf(fewer);
  }

  /// Whether it said that the file is there under that name.
  boolean has(ObjectId id, String name) {
    return holds(id) && named.contains(new Named(id, name));
  }

  boolean fetching(ObjectId id) {
    return fetches.stream()
        .anyMatch(f -> f.id().equals(id) && f.state() == FetchReport.State.FETCHING);
  }

  /// How much of a content is there, verified.
  long reachedBytes(Content content) {
    return holds(content.id())
        ? content.sizeBytes()
        : fetches.stream()
            .filter(fetch -> fetch.id().equals(content.id()))
            .mapToLong(fetch -> Math.min(fetch.doneBytes(), content.sizeBytes()))
            .max()
            .orElse(0);
  }

  /// Where others can fetch its files; empty for nowhere.
  String url() {
    return url;
  }

  List<FetchReport> fetches() {
    return fetches;
  }

  Set<ObjectId> whole() {
    return whole;
  }

  List<Depot.Spare> spare() {
    return spare;
  }

  /// What it has kept of ended attempts.
  Map<AttemptId, Collected> collected() {
    return collected;
  }

  List<Saved> saved() {
    return saved;
  }

  /// By how much it has more than it may have.
  long overBytes() {
    return overBytes;
  }

  void overBytes(long bytes) {
    overBytes = bytes;
  }

  /// Those of `unwanted` that it has or fetches.
  List<ObjectId> among(Set<ObjectId> unwanted, int max) {
    List<ObjectId> found = new ArrayList<>();
    for (ObjectId id : unwanted) {
      if (found.size() < max && (holds(id) || fetching(id))) {
        found.add(id);
      }
    }
    return found;
  }

  private record Named(ObjectId id, String name) {}
}
