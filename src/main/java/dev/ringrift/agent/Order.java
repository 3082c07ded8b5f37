package dev.ringrift.agent;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.BullyRule;
import dev.ringrift.core.ledger.ClusterState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Carries out the Bully rule: gives the consensus library the order of the voters, hands the lead
/// to a senior when it is time, brings the library's voters to those of the ledger, one by one, and
/// has them run on the timings that the ledger says.
/// Used on the agent's loop, by the leader only.
final class Order {
  /// A voter that has not answered the leader for this long is down.
  static final long DOWN_AFTER_NANOS = 2_000_000_000L;

  private final AgentSettings settings;
  private final Ledger ledger;
  private final Consumer<Event> inbox;
  private final BullyRule rule;
  private final Retiming retiming;
  private boolean changing;
  private int turn;

  Order(AgentSettings settings, Ledger ledger, Retiming retiming, Consumer<Event> inbox) {
    this.settings = settings;
    this.ledger = ledger;
    this.retiming = retiming;
    this.inbox = inbox;
    rule = new BullyRule(settings.takeoverDelay());
  }

  void begin() {
    rule.begin();
    retiming.begin();
    changing = false;
  }

  void tick(long nowNanos) {
    Map<NodeId, Ledger.Progress> voters = ledger.voters();
    List<NodeId> ranked = ledger.read(ClusterState::voters);
    change(voters.keySet(), ranked);
    List<NodeId> voting = ranked.stream().filter(voters::containsKey).toList();
    Map<NodeId, BullyRule.Seen> seen = new HashMap<>();
    voters.forEach(
        (id, progress) ->
            seen.put(
                id,
                new BullyRule.Seen(progress.silentNanos() < DOWN_AFTER_NANOS, progress.behind())));
    BullyRule.Advice advice = rule.advise(settings.node(), voting, seen, nowNanos);
    // Each time: a change that got lost is so made up for, and one that is in force costs nothing.
    ledger.prioritise(advice.priorities());
    Optional<NodeId> senior = advice.transferTo();
    senior.ifPresentOrElse(ledger::transfer, () -> retiming.tick(nowNanos));
  }

  /// One change at a time, each in its turn, so that one joiner that cannot be reached does not
  /// keep the others out.
  private void change(Set<NodeId> voting, List<NodeId> ranked) {
    if (changing || ranked.isEmpty()) {
      return;
    }
    List<List<NodeId>> steps = new ArrayList<>();
    for (NodeId voter : ranked) {
      if (!voting.contains(voter) && retiming.suffice(voter)) {
        List<NodeId> more = new ArrayList<>(voting);
        more.add(voter);
        steps.add(more);
      }
    }
    List<NodeId> fewer = voting.stream().filter(ranked::contains).toList();
    if (fewer.size() < voting.size() && !fewer.isEmpty()) {
      steps.add(fewer);
    }
    if (!steps.isEmpty()) {
      changing = true;
      ledger.changeVoters(
          steps.get(Math.floorMod(turn++, steps.size())),
          proposal -> inbox.accept(new Event.Answered(() -> changing = false)));
    }
  }
}
