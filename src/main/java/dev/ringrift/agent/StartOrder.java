package dev.ringrift.agent;

import dev.ringrift.agent.data.JobInput;
import dev.ringrift.core.jobs.AttemptId;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What a node needs to start one attempt.
///
/// @param name the job's name
/// @param run program and arguments
/// @param setup a `sh` script to run first, or empty
/// @param envs added to the environment
/// @param workdir an absolute folder, or empty for a fresh one
/// @param gpus the indices for `CUDA_VISIBLE_DEVICES`; empty hides all GPUs
/// @param count the job's number of tasks
/// @param diskMib free space that must be there in MiB
/// @param timeout how long it may run; zero for no limit
/// @param lease how long one grant lasts for an exclusive job; zero for a job without a lease
/// @param inputs files that have to be in the working folder first
/// @param checkpoint where in that folder the program saves how far it is, or empty
public record StartOrder(
    AttemptId attempt,
    String name,
    List<String> run,
    String setup,
    Map<String, String> envs,
    String workdir,
    List<Integer> gpus,
    int count,
    int diskMib,
    Duration timeout,
    Duration lease,
    List<JobInput> inputs,
    String checkpoint) {
  public StartOrder {
    inputs = List.copyOf(inputs);
    run = List.copyOf(run);
    envs = Map.copyOf(envs);
    gpus = List.copyOf(gpus);
  }

  /// The same with other inputs.
  public StartOrder withInputs(List<JobInput> others) {
    return new StartOrder(
        attempt,
        name,
        run,
        setup,
        envs,
        workdir,
        gpus,
        count,
        diskMib,
        timeout,
        lease,
        others,
        checkpoint);
  }

  /// Whether it runs on a lease.
  public boolean exclusive() {
    return !lease.isZero();
  }
}
