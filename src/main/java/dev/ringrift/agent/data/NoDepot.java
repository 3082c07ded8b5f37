package dev.ringrift.agent.data;

import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// See `Depot.NONE`.
final class NoDepot implements Depot {
  @Override
  public Set<ObjectId> whole() {
    return Set.of();
  }

  @Override
  public void used(ObjectId id) {
    // nothing is held here
  }

  @Override
  public List<FetchReport> fetches() {
    return List.of();
  }

  @Override
  public Optional<Path> file(ObjectId id) {
    return Optional.empty();
  }

  @Override
  public void collect(CollectOrder order) {
    // nothing can be kept here
  }

  @Override
  public List<Collected> collected() {
    return List.of();
  }

  @Override
  public void settled(AttemptId attempt) {
    // nothing was kept
  }

  @Override
  public void save(List<SaveOrder> orders) {
    // nothing can be kept here
  }

  @Override
  public List<Saved> saved() {
    return List.of();
  }

  @Override
  public List<Spare> spare() {
    return List.of();
  }

  @Override
  public long overBytes() {
    return 0;
  }

  @Override
  public void fetch(CopyOrder order) {
    // nothing can be fetched here
  }

  @Override
  public void remove(ObjectId id) {
    // nothing is held here
  }
}
