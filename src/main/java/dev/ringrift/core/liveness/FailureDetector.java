package dev.ringrift.core.liveness;

import dev.ringrift.core.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Judges from what the leader and the other voters hear which nodes are alive.
///
/// A dropped link makes a node suspect at once, and so do three missed heartbeats. Unknown takes
/// ten seconds of silence towards the leader and every other voter: at 30 % loss one TCP connection
/// alone shows gaps of that length. Both times grow with the measured round trip. A leader that has
/// just begun knows nothing: everybody is unknown, never dead, until heard.
///
/// Not thread-safe: the agent's loop is the only caller. Times are nanoseconds of one monotonic
/// clock, and may be negative.
public final class FailureDetector {
  /// How often nodes beat.
  public static final Duration BEAT_EVERY = Duration.ofSeconds(1);

  /// The least silence after which a node is suspect.
  public static final Duration SUSPECT_AFTER = BEAT_EVERY.multipliedBy(3);

  /// The least silence after which nothing is known of a node.
  public static final Duration UNKNOWN_AFTER = BEAT_EVERY.multipliedBy(10);

  /// A longer round trip counts as this one: a node's word must not put off for long, or for ever,
  /// that its silence is noticed.
  private static final long RTT_NANOS_MAX = Duration.ofSeconds(2).toNanos();

  private final Map<NodeId, Seen> nodes = new HashMap<>();
  private long beganNanos;

  /// @param nowNanos when this leader began
  public FailureDetector(long nowNanos) {
    beganNanos = nowNanos;
  }

  /// Forgets everything: a new term begins.
  public void begin(long nowNanos) {
    nodes.clear();
    beganNanos = nowNanos;
  }

  /// The leader got something from the node, by its own link or handed on by a voter.
  public void heard(NodeId node, long nowNanos) {
    Seen seen = seen(node);
    seen.heard = true;
    seen.heardNanos = nowNanos;
    seen.dropped = false;
  }

  /// The last link between the leader and the node is gone.
  public void linkDown(NodeId node) {
    seen(node).dropped = true;
  }

  /// Another voter got something from the node at that time, on this clock.
  public void witnessed(NodeId node, long atNanos) {
    Seen seen = seen(node);
    if (!seen.witnessed || atNanos - seen.witnessedNanos > 0) {
      seen.witnessed = true;
      seen.witnessedNanos = atNanos;
    }
  }

  /// The node measured a round trip to a voter. Smoothed as TCP does (RFC 6298).
  public void roundTrip(NodeId node, long measuredNanos) {
    long rttNanos = Math.clamp(measuredNanos, 1, RTT_NANOS_MAX);
    Seen seen = seen(node);
    if (seen.srttNanos == 0) {
      seen.srttNanos = rttNanos;
      seen.rttVarNanos = rttNanos / 2;
    } else {
      seen.rttVarNanos += (Math.abs(seen.srttNanos - rttNanos) - seen.rttVarNanos) / 4;
      seen.srttNanos += (rttNanos - seen.srttNanos) / 8;
    }
  }

  /// The node is no longer of interest.
  public void forget(NodeId node) {
    nodes.remove(node);
  }

  /// Says what is known of `node` at `nowNanos`, without changing anything.
  public Verdict judge(NodeId node, long nowNanos) {
    Seen seen = nodes.get(node);
    if (seen == null || (!seen.heard && !seen.witnessed)) {
      return new Verdict.Unknown(
          span(nowNanos - beganNanos), "it has not been heard since this leader began");
    }
    Duration silence = silence(node, nowNanos);
    Duration unheard = seen.heard ? span(nowNanos - seen.heardNanos) : span(nowNanos - beganNanos);
    if (silence.compareTo(unknownAfter(seen)) >= 0) {
      return new Verdict.Unknown(
          silence, "neither the leader nor another voter has heard it for " + text(silence));
    }
    if (!seen.heard) {
      return new Verdict.Unknown(
          unheard,
          "it has not reported to this leader; another voter heard it %s ago"
              .formatted(text(silence)));
    }
    if (seen.dropped) {
      return new Verdict.Suspect(unheard, "its link dropped " + text(unheard) + " ago");
    }
    if (unheard.compareTo(suspectAfter(seen)) >= 0) {
      return new Verdict.Suspect(unheard, "silent towards the leader for " + text(unheard));
    }
    return new Verdict.Up();
  }

  /// How long neither the leader nor a witness has heard the node; counted at most from when this
  /// leader began.
  public Duration silence(NodeId node, long nowNanos) {
    Seen seen = nodes.get(node);
    long last = beganNanos;
    if (seen != null && seen.heard && seen.heardNanos - last > 0) {
      last = seen.heardNanos;
    }
    if (seen != null && seen.witnessed && seen.witnessedNanos - last > 0) {
      last = seen.witnessedNanos;
    }
    return span(nowNanos - last);
  }

  private static Duration suspectAfter(Seen seen) {
    return SUSPECT_AFTER.plusNanos(seen.slackNanos());
  }

  private static Duration unknownAfter(Seen seen) {
    return UNKNOWN_AFTER.plusNanos(2 * seen.slackNanos());
  }

  private static Duration span(long nanos) {
    return Duration.ofNanos(Math.max(0, nanos));
  }

  private static String text(Duration span) {
    return "%.1f s".formatted(span.toMillis() / 1000.0);
  }

  private Seen seen(NodeId node) {
    return nodes.computeIfAbsent(node, x -> new Seen());
  }

  /// What is known of a node.
  public sealed interface Verdict {
    /// It is heard and may be given work.
    record Up() implements Verdict {}

    /// Something is wrong with the way to it, or it is slow: no new work, nothing else.
    record Suspect(Duration silence, String reason) implements Verdict {}

    /// Nothing is known; it may run on, for all that we know.
    record Unknown(Duration silence, String reason) implements Verdict {}
  }

  private static final class Seen {
    private boolean heard;
    private boolean witnessed;
    private boolean dropped;
    private long heardNanos;
    private long witnessedNanos;
    private long srttNanos;
    private long rttVarNanos;

    private long slackNanos() {
      return srttNanos + 4 * rttVarNanos;
    }
  }
}
