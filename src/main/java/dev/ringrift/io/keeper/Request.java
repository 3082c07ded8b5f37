package dev.ringrift.io.keeper;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.jobs.AttemptId;
import java.util.List;

/// What an agent asks of its keeper. Each may be asked again without further effect.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Request.Start.class, name = "Start"),
  @JsonSubTypes.Type(value = Request.Stop.class, name = "Stop"),
  @JsonSubTypes.Type(value = Request.Extend.class, name = "Extend"),
  @JsonSubTypes.Type(value = Request.Forget.class, name = "Forget"),
  @JsonSubTypes.Type(value = Request.EndAll.class, name = "EndAll"),
  @JsonSubTypes.Type(value = Request.HandOver.class, name = "HandOver")
})
sealed interface Request {
  record Start(StartOrder order) implements Request {}

  record Stop(AttemptId attempt, String reason, long graceMillis) implements Request {}

  record Extend(AttemptId attempt, long untilBootNanos) implements Request {}

  record Forget(AttemptId attempt) implements Request {}

  /// Ends every attempt, and then the keeper.
  record EndAll(String reason, long graceMillis) implements Request {}

  /// A keeper of another build waits to take over: what runs goes on, and this keeper leaves as
  /// soon as that is safe, for as long as the other is connected.
  record HandOver(String build) implements Request {}

  /// A line from the agent.
  ///
  /// @param seq counts the agent's requests, from 1
  record Line(long seq, Request request) {}

  /// A line from the keeper.
  ///
  /// @param ack requests up to this one are on disk; 0 for none on this connection
  /// @param whole whether `reports` is all that the keeper knows
  /// @param pid the keeper's
  /// @param build the keeper's
  record Answer(long ack, boolean whole, long pid, String build, List<AttemptReport> reports) {
    public Answer {
      reports = List.copyOf(reports);
    }
  }
}
