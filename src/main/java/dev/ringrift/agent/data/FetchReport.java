package dev.ringrift.agent.data;

import dev.ringrift.core.data.ObjectId;
import java.util.List;
import java.util.Locale;

/// What a node says of one file that it fetches, or has lately fetched.
///
/// @param name under which it shall appear; empty for none
/// @param doneBytes verified and on disk
/// @param fetchedBytes what came over the network for it; 0 when the content was there already
/// @param bytesPerSecond lately
/// @param sources what each gave, the most first
/// @param reason why it failed; empty otherwise
public record FetchReport(
    ObjectId id,
    String name,
    State state,
    long sizeBytes,
    long doneBytes,
    long fetchedBytes,
    long bytesPerSecond,
    List<Given> sources,
    String reason) {
  /// Most sources that are told.
  public static final int SOURCES_MAX = 32;

  public FetchReport {
    sources = List.copyOf(sources.subList(0, Math.min(sources.size(), SOURCES_MAX)));
  }

  /// What one source gave.
  ///
  /// @param label the node's name
  public record Given(String label, long bytes) {}

  /// How far it is.
  public enum State {
    FETCHING,
    /// Whole, verified, and there under its name.
    DONE,
    FAILED;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
