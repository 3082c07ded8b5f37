package dev.ringrift.agent;

import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.JobInput;
import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A keeper that starts an attempt when the files that it takes are whole and verified on this
/// node, and until then says that it is being prepared. What is not here is fetched from where the
/// leader says.
///
/// Used on the agent's loop.
final class InputKeeper implements Keeper {
  /// After so long without its files, and without getting further with them, an attempt has failed.
  static final Duration PREPARING_MAX = Duration.ofHours(1);

  private static final int WAITING_MAX = 10_000;

  private final Keeper keeper;
  private final Depot depot;
  private final Clock clock;
  private final Map<AttemptId, Waiting> waiting = new TreeMap<>();

  InputKeeper(Keeper keeper, Depot depot, Clock clock) {
    this.keeper = keeper;
    this.depot = depot;
    this.clock = clock;
  }

  @Override
  public void start(StartOrder order) {
    if (order.inputs().isEmpty()) {
      keeper.start(order);
    } else if (waiting.size() < WAITING_MAX) {
      Waiting fresh =
          new Waiting(order, -1, clock.nanos(), clock.bootNanos() + order.lease().toNanos());
      if (waiting.putIfAbsent(order.attempt(), fresh) == null) {
        prepare(fresh);
      }
    }
  }

  /// Starts what has become ready.
  ///
  /// @return attempts that failed because a file could not be had
  List<AttemptReport> tick() {
    List<AttemptReport> failed = new ArrayList<>();
    for (Waiting known : List.copyOf(waiting.values())) {
      Waiting each = known.at(doneBytes(known.order()), clock.nanos());
      AttemptId id = each.order().attempt();
      waiting.put(id, each);
      if (each.order().exclusive() && clock.bootNanos() - each.leaseUntilBootNanos() >= 0) {
        waiting.remove(id); // its lease has run out: it may live elsewhere by now
      } else if (clock.nanos() - each.sinceNanos() >= PREPARING_MAX.toNanos()) {
        waiting.remove(id);
        failed.add(
            new AttemptReport(
                id,
                AttemptReport.State.FAILED,
                0,
                "its files did not come: " + lacking(each),
                0,
                0));
      } else {
        prepare(each);
      }
    }
    return failed;
  }

  /// What is being prepared.
  List<AttemptReport> preparing() {
    return waiting.values().stream()
        .map(
            each ->
                new AttemptReport(
                    each.order().attempt(), AttemptReport.State.PREPARING, 0, lacking(each), 0, 0))
        .toList();
  }

  private void prepare(Waiting each) {
    List<JobInput> placed = new ArrayList<>();
    for (JobInput input : each.order().inputs()) {
      Optional<Path> file = depot.file(input.content().id());
      if (file.isPresent()) {
        placed.add(input.at(file.get().toString()));
      } else if (unknown(input.content().id())) {
        depot.fetch(new CopyOrder(input.content(), "", List.of()));
      }
    }
    if (placed.size() == each.order().inputs().size()) {
      waiting.remove(each.order().attempt());
      placed.forEach(input -> depot.used(input.content().id()));
      keeper.start(each.order().withInputs(placed));
    }
  }

  /// What is here of its files.
  private long doneBytes(StartOrder order) {
    return order.inputs().stream().mapToLong(input -> doneBytes(input.content())).sum();
  }

  private long doneBytes(Content content) {
    return depot.file(content.id()).isPresent()
        ? content.sizeBytes()
        : depot.fetches().stream()
            .filter(fetch -> fetch.id().equals(content.id()))
            .mapToLong(FetchReport::doneBytes)
            .max()
            .orElse(0);
  }

  private boolean unknown(ObjectId id) {
    return depot.fetches().stream().noneMatch(fetch -> fetch.id().equals(id) && open(fetch));
  }

  /// One that failed is begun again by the leader's orders, which name sources.
  private static boolean open(FetchReport fetch) {
    return fetch.state() != FetchReport.State.DONE;
  }

  private String lacking(Waiting each) {
    List<String> missing =
        each.order().inputs().stream()
            .filter(input -> depot.file(input.content().id()).isEmpty())
            .map(JobInput::name)
            .toList();
    return missing.isEmpty() ? "" : "fetches " + String.join(", ", missing);
  }

  @Override
  public void stop(AttemptId attempt, String reason, Duration grace) {
    waiting.remove(attempt);
    keeper.stop(attempt, reason, grace);
  }

  @Override
  public void extendLease(AttemptId attempt, long untilBootNanos) {
    waiting.computeIfPresent(attempt, (id, each) -> each.until(untilBootNanos));
    keeper.extendLease(attempt, untilBootNanos);
  }

  @Override
  public void forget(AttemptId attempt) {
    waiting.remove(attempt);
    keeper.forget(attempt);
  }

  /// @param sinceNanos when it last got further
  private record Waiting(
      StartOrder order, long doneBytes, long sinceNanos, long leaseUntilBootNanos) {
    Waiting until(long bootNanos) {
      return new Waiting(order, doneBytes, sinceNanos, bootNanos);
    }

    /// The same, which has so much of its files now; only more than ever before is a getting on.
    Waiting at(long bytes, long nowNanos) {
      return bytes > doneBytes ? new Waiting(order, bytes, nowNanos, leaseUntilBootNanos) : this;
    }
  }
}
