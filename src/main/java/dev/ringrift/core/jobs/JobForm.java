package dev.ringrift.core.jobs;

import java.util.List;
import java.util.Optional;

/// What each notation of a job writes in its own way.
///
/// @param <F> how its fields are read
public interface JobForm<F extends Fields<F>> {
  /// The program and its arguments, as they are written under `run`; nothing when that is noted as
  /// a problem already.
  Optional<List<String>> run(F job);

  /// What is written under `gpus`; nothing when it is not there or noted as a problem.
  Optional<Gpus> gpus(F resources);

  /// What the job takes and gives.
  JobFiles files(F job);

  /// So many GPUs.
  ///
  /// @param vramGb the least memory of each, 0 for any
  record Gpus(int count, double vramGb) {}
}
