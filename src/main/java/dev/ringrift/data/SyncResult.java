package dev.ringrift.data;

import java.time.Duration;
import java.util.List;

/// What came of a sync.
///
/// @param success whether every file that was meant is here and it was clear which content is meant
/// @param filesSynced fetched now
/// @param filesFailed not here now
/// @param filesPresent were here already, verified
/// @param bytesTransferred fetched now
/// @param errors what a person has to know, one text each; a source that did not answer is among
///     them, and by itself no failure while another one did
/// @param method the engine
public record SyncResult(
    boolean success,
    int filesSynced,
    int filesFailed,
    int filesPresent,
    long bytesTransferred,
    Duration duration,
    List<String> errors,
    String method) {
  public SyncResult {
    errors = List.copyOf(errors);
  }
}
