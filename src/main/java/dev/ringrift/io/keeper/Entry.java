package dev.ringrift.io.keeper;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.jobs.AttemptId;

/// One line of the keeper's journal.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Entry.Ordered.class, name = "Ordered"),
  @JsonSubTypes.Type(value = Entry.Launched.class, name = "Launched"),
  @JsonSubTypes.Type(value = Entry.Leased.class, name = "Leased"),
  @JsonSubTypes.Type(value = Entry.Ending.class, name = "Ending"),
  @JsonSubTypes.Type(value = Entry.Ended.class, name = "Ended"),
  @JsonSubTypes.Type(value = Entry.Forgotten.class, name = "Forgotten")
})
sealed interface Entry {
  AttemptId attempt();

  /// It is to be run.
  ///
  /// @param boot the kernel's boot id
  record Ordered(StartOrder order, String boot) implements Entry {
    @Override
    public AttemptId attempt() {
      return order.attempt();
    }
  }

  /// A process is about to be started for it; on disk before that.
  ///
  /// @param launch counts the processes started for this attempt, from 1
  /// @param setup whether it is the setup script
  /// @param bootNanos `CLOCK_BOOTTIME`
  record Launched(AttemptId attempt, int launch, boolean setup, long bootNanos, long wallMillis)
      implements Entry {}

  /// It may run until then.
  record Leased(AttemptId attempt, long untilBootNanos) implements Entry {}

  /// It is being ended, and this is what will be said of it.
  record Ending(AttemptId attempt, AttemptReport.State state, String reason) implements Entry {}

  /// Nothing of it runs any more.
  record Ended(AttemptReport report) implements Entry {
    @Override
    public AttemptId attempt() {
      return report.attempt();
    }
  }

  /// Only a mark of it is kept.
  record Forgotten(AttemptId attempt) implements Entry {}
}
