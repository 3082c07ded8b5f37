package dev.ringrift.io.api;

import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.core.UserError;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Has commands committed, and answers only when they are.
final class Changes {
  private static final long DEADLINE_SECONDS = 4; // less than a forwarding node waits

  private final ApiPorts ports;

  Changes(ApiPorts ports) {
    this.ports = ports;
  }

  /// Commits a command; returns the id of what it made.
  ///
  /// @throws NotLeading when it was certainly not committed, since another node leads
  /// @throws ApiError when the state refused it, or when nobody knows whether it was committed
  long commit(Command command) {
    CompletableFuture<Proposal> done = new CompletableFuture<>();
    ports.ownLedger().propose(command, done::complete);
    return settled(done);
  }

  private static long settled(CompletableFuture<Proposal> done) {
    return switch (await(done)) {
      case Proposal.Committed(long index, Outcome.Done(long id)) -> id;
      case Proposal.Committed(long index, Outcome.Rejected(String reason)) ->
          throw ApiError.conflict("the change was refused", reason, "");
      case Proposal.NotLeader other -> throw new NotLeading();
      case Proposal.Unclear(String reason) -> throw new ApiError(503, unclear(reason));
    };
  }

  private static Proposal await(CompletableFuture<Proposal> done) {
    try {
      return done.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return new Proposal.Unclear(
          "no majority confirmed it within %d seconds".formatted(DEADLINE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Proposal.Unclear("the node is stopping");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a proposal ended with an exception", e.getCause());
    }
  }

  /// What to say when a change may or may not have happened.
  static UserError unclear(String reason) {
    return new UserError(
        "it is not known whether the change happened",
        reason,
        "it may or may not take effect; sending it again is safe: a submit with the same key gives"
            + " the same job");
  }

  /// Another node leads; nothing was changed here.
  static final class NotLeading extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotLeading() {
      super("another node leads", null, false, false);
    }
  }
}
