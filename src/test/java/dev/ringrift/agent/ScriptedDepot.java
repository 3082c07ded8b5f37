package dev.ringrift.agent;

import dev.ringrift.agent.data.CollectOrder;
import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.SaveOrder;
import dev.ringrift.agent.data.Saved;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Holds and fetches what the test says, and writes down what it is asked for.
final class ScriptedDepot implements Depot {
  final List<CopyOrder> ordered = new ArrayList<>();
  final List<ObjectId> removed = new ArrayList<>();
  final List<ObjectId> used = new ArrayList<>();
  List<FetchReport> fetches = List.of();
  final List<CollectOrder> collecting = new ArrayList<>();
  List<Collected> collected = List.of();
  List<SaveOrder> saving = List.of();
  List<Saved> saved = List.of();
  long overBytes;
  private Set<ObjectId> whole = Set.of();

  static FetchReport report(ObjectId id, String name, FetchReport.State state) {
    return new FetchReport(id, name, state, 10, 5, 5, 1, List.of(), "");
  }

  void hold(ObjectId... ids) {
    whole = Set.of(ids);
  }

  @Override
  public void used(ObjectId id) {
    used.add(id);
  }

  @Override
  public Set<ObjectId> whole() {
    return whole;
  }

  @Override
  public List<FetchReport> fetches() {
    return fetches;
  }

  @Override
  public Optional<Path> file(ObjectId id) {
    return whole.contains(id) ? Optional.of(Path.of("/store/" + id)) : Optional.empty();
  }

  @Override
  public void collect(CollectOrder order) {
    collecting.add(order);
  }

  @Override
  public List<Collected> collected() {
    return collected;
  }

  @Override
  public void settled(AttemptId attempt) {
    collected = List.of();
  }

  @Override
  public void save(List<SaveOrder> orders) {
    saving = orders;
  }

  @Override
  public List<Saved> saved() {
    return saved;
  }

  @Override
  public List<Spare> spare() {
    return whole.stream().map(id -> new Spare(id, 10)).toList();
  }

  @Override
  public long overBytes() {
    return overBytes;
  }

  @Override
  public void fetch(CopyOrder order) {
    ordered.add(order);
    fetches = List.of(report(order.content().id(), order.name(), FetchReport.State.FETCHING));
  }

  @Override
  public void remove(ObjectId id) {
    removed.add(id);
    Set<ObjectId> fewer = new HashSet<>(whole);
    fewer.remove(id);
    whole = fewer;
  }
}
