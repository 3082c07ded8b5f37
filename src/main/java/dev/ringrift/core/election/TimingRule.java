package dev.ringrift.core.election;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// Which timings the cluster is to have, and how a running cluster comes to them. Run by the
/// leader.
///
/// Timings are longer as soon as answers have taken longer for a while, and shorter only after they
/// have long been quick: to be too slow costs a second once a leader dies, to be too quick costs
/// leaders. What is committed then comes into force one voter at a time, since a voter takes no
/// part while its ledger is opened again, and each time only while all others answer.
///
/// The lead never stays with one that speaks more rarely than others listen: to longer timings the
/// leader comes last, and to shorter ones the lead goes to the first that has them.
///
/// Not thread-safe. Times are nanoseconds of one monotonic clock, and may be negative.
public final class TimingRule {
  /// How long answers have to be slow before the timings get longer.
  static final Duration LONGER_AFTER = Duration.ofSeconds(10);

  /// How long they have to be quick before the timings get shorter.
  static final Duration SHORTER_AFTER = Duration.ofMinutes(10);

  /// How long a voter may take to come back before something else is tried.
  static final Duration STEP_MAX = Duration.ofSeconds(10);

  private OptionalLong slowSinceNanos = OptionalLong.empty();
  private OptionalLong quickSinceNanos = OptionalLong.empty();
  private ElectionTimings needed = ElectionTimings.LAN;
  private Step last = new Step.Nothing();
  private long lastNanos;

  /// This voter has just begun to lead: what it saw before is old.
  public void begin() {
    slowSinceNanos = OptionalLong.empty();
    quickSinceNanos = OptionalLong.empty();
    last = new Step.Nothing();
  }

  /// The timings that ought to be committed in place of those that are.
  ///
  /// @param now those that the answers of the slowest voter ask for now
  public Optional<ElectionTimings> change(
      ElectionTimings committed, ElectionTimings now, long nowNanos) {
    if (now.longerThan(committed)) {
      quickSinceNanos = OptionalLong.empty();
      slowSinceNanos = OptionalLong.of(slowSinceNanos.orElse(nowNanos));
      return past(slowSinceNanos, LONGER_AFTER, nowNanos) ? changed(now) : Optional.empty();
    }
    slowSinceNanos = OptionalLong.empty();
    if (!committed.longerThan(now)) {
      quickSinceNanos = OptionalLong.empty();
      return Optional.empty();
    }
    needed = quickSinceNanos.isEmpty() || now.longerThan(needed) ? now : needed;
    quickSinceNanos = OptionalLong.of(quickSinceNanos.orElse(nowNanos));
    return past(quickSinceNanos, SHORTER_AFTER, nowNanos) ? changed(needed) : Optional.empty();
  }

  private Optional<ElectionTimings> changed(ElectionTimings to) {
    slowSinceNanos = OptionalLong.empty();
    quickSinceNanos = OptionalLong.empty();
    return Optional.of(to);
  }

  /// What brings the voters nearer to the timings that are committed.
  ///
  /// @param voters what the leader knows of each voter, itself included, highest rank first
  public Step next(
      NodeId self, ElectionTimings committed, SequencedMap<NodeId, Voter> voters, long nowNanos) {
    boolean allRun = voters.values().stream().allMatch(voter -> voter.runs(committed));
    if (allRun) {
      last = new Step.Nothing();
      return last;
    }
    boolean allWell = voters.values().stream().allMatch(Voter::well);
    if (!allWell || !voters.containsKey(self) || waits(committed, voters, nowNanos)) {
      return new Step.Nothing();
    }
    lastNanos = nowNanos;
    last = step(self, committed, voters);
    return last;
  }

  private boolean waits(ElectionTimings committed, Map<NodeId, Voter> voters, long nowNanos) {
    boolean done =
        switch (last) {
          case Step.Nothing nothing -> true;
          case Step.Reopen reopen ->
              voters.getOrDefault(reopen.voter(), Voter.AWAY).runs(committed);
          case Step.HandOver handOver -> false;
        };
    return !done && nowNanos - lastNanos < STEP_MAX.toNanos();
  }

  private static Step step(
      NodeId self, ElectionTimings committed, SequencedMap<NodeId, Voter> voters) {
    List<NodeId> done = new ArrayList<>();
    List<NodeId> late = new ArrayList<>();
    voters.forEach((id, voter) -> (voter.runs(committed) ? done : late).add(id));
    boolean speaksTooRarely =
        voters
            .getOrDefault(self, Voter.AWAY)
            .timings()
            .filter(own -> own.longerThan(committed))
            .isPresent();
    late.remove(self);
    if (done.isEmpty() && late.isEmpty()) {
      return new Step.Reopen(self);
    }
    // The lowest first: who is to lead is disturbed last.
    return late.isEmpty() || (speaksTooRarely && !done.isEmpty())
        ? new Step.HandOver(done.getFirst())
        : new Step.Reopen(late.getLast());
  }

  private static boolean past(OptionalLong sinceNanos, Duration span, long nowNanos) {
    return sinceNanos.isPresent() && nowNanos - sinceNanos.getAsLong() >= span.toNanos();
  }

  /// A voter as the leader sees it.
  ///
  /// @param well whether it answers and has caught up
  /// @param timings on which it runs, where that is known
  public record Voter(boolean well, Optional<ElectionTimings> timings) {
    static final Voter AWAY = new Voter(false, Optional.empty());

    boolean runs(ElectionTimings wanted) {
      return timings.equals(Optional.of(wanted));
    }
  }

  /// One step.
  public sealed interface Step {
    /// Nothing to do, or nothing now.
    record Nothing() implements Step {}

    /// A voter is to open its ledger again, with the timings that are committed.
    record Reopen(NodeId voter) implements Step {}

    /// The lead is to go to a voter that runs on them.
    record HandOver(NodeId to) implements Step {}
  }
}
