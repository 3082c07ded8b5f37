package dev.ringrift.agent.data;

/// Fetches files from many sources at once. Thread-safe.
public interface FetchEngine {
  /// The word by which a person chooses it: `swarm` or `aria2`.
  String method();

  /// Begins to fetch; returns at once.
  Fetch fetch(FetchRequest request);
}
