package dev.ringrift.agent.data;

import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.Optional;

/// A file of a running attempt that its node is to save now and then.
///
/// @param workdir the attempt's folder where it is not its own
/// @param path below its working folder
/// @param every how often it is looked at
/// @param safe what was saved of it last and is on another node too; the next is saved after that
public record SaveOrder(
    AttemptId attempt, String workdir, String path, Duration every, Optional<ObjectId> safe) {}
