package dev.ringrift.agent.data;

import dev.ringrift.core.data.Content;
import dev.ringrift.core.jobs.AttemptId;
import java.util.List;

/// What an ended attempt left behind, as its node found it.
///
/// @param files in the order in which they were asked for; empty when there is a problem
/// @param problem why not all of them can be had, for people
public record Collected(AttemptId attempt, List<Content> files, String problem) {
  public Collected {
    files = List.copyOf(files);
  }
}
