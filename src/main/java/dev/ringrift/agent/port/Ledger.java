package dev.ringrift.agent.port;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// The replicated log of a voter and the state that it leads to. Thread-safe; nothing blocks on the
/// network. A worker has none.
public interface Ledger {
  /// What this voter knows of who leads.
  Standing standing();

  /// Reads the applied state of this voter, which may be behind the leader's. `query` must not keep
  /// what it is given, and must be quick: commands wait for it.
  <T> T read(Function<ClusterState, T> query);

  /// Asks for `command` to be committed and applied; only a leader's can be. `done` is called once,
  /// on any thread.
  void propose(Command command, Consumer<Proposal> done);

  /// What the leader knows of the voters' copies, itself included; empty on others.
  Map<NodeId, Progress> voters();

  /// Sets who is preferred as leader: a higher number first, 0 for not at all. Only the leader's
  /// call has an effect; ends when committed or lost, unseen.
  void prioritise(Map<NodeId, Integer> priorities);

  /// Hands the lead to `to` in an orderly way, when it is caught up.
  void transfer(NodeId to);

  /// Gives up the lead.
  void stepDown();

  /// Changes the voters by one, committed by the old and new majority. `done` as in `propose`.
  void changeVoters(List<NodeId> voters, Consumer<Proposal> done);

  /// Has a voter, this one included, go on with these timings: its ledger is opened again, and it
  /// takes no part for a moment. Only the leader's call has an effect; ends when done or lost,
  /// unseen.
  void retime(NodeId voter, ElectionTimings timings);

  /// Who leads, as one voter sees it.
  ///
  /// @param term the newest term that this voter has seen
  /// @param leader of that term, where known
  /// @param leading whether it is this voter
  /// @param fresh whether a majority confirmed this leader so lately that no other can lead now;
  ///     only then may it act
  record Standing(long term, Optional<NodeId> leader, boolean leading, boolean fresh) {
    /// Whether this voter may act as the leader now.
    public boolean mayAct() {
      return leading && fresh;
    }
  }

  /// One voter's copy, as the leader sees it.
  ///
  /// @param behind entries of the leader's log that it has not confirmed
  /// @param silentNanos since it last answered the leader; 0 for the leader itself
  /// @param timings on which it runs, where that is known
  record Progress(long behind, long silentNanos, Optional<ElectionTimings> timings) {}

  /// What became of a proposal.
  sealed interface Proposal {
    /// Committed and applied; `outcome` is what the state answered.
    record Committed(long index, Outcome outcome) implements Proposal {}

    /// Not committed, and never will be: this voter does not lead.
    record NotLeader(Optional<NodeId> leader) implements Proposal {}

    /// It is not known whether it was or will be committed.
    record Unclear(String reason) implements Proposal {}
  }
}
