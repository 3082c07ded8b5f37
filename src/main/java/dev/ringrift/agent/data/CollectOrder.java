package dev.ringrift.agent.data;

import dev.ringrift.core.jobs.AttemptId;
import java.util.List;

/// Files of an ended attempt that its node is to keep, so that they can be published.
///
/// @param workdir the attempt's folder where it is not its own
/// @param paths below its working folder
public record CollectOrder(AttemptId attempt, String workdir, List<String> paths) {
  public CollectOrder {
    paths = List.copyOf(paths);
  }
}
