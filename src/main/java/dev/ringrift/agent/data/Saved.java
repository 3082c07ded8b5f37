package dev.ringrift.agent.data;

import dev.ringrift.core.data.Content;
import dev.ringrift.core.jobs.AttemptId;

/// The newest whole checkpoint of a running attempt, as its node holds it.
public record Saved(AttemptId attempt, Content content) {}
