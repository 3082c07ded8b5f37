package dev.ringrift.core.jobs;

/// A submitted job. Its tasks are kept beside it, by `TaskId`.
///
/// @param id from 1, never used twice
/// @param key the owner's own word for this submit; the same key again gives this job again
/// @param owner who submitted it, as the credential says
public record Job(long id, String key, JobSpec spec, String owner, long submittedMillis) {}
