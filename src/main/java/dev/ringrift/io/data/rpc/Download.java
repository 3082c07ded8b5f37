package dev.ringrift.io.data.rpc;

import dev.ringrift.agent.data.Fetch;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One download: waiting, active or paused, and then complete, in error or removed. Only
/// `Downloads` changes it, under its lock.
final class Download {
  enum State {
    ACTIVE,
    WAITING,
    PAUSED,
    COMPLETE,
    ERROR,
    REMOVED;

    /// Whether nothing more happens to it.
    boolean stopped() {
      return this == COMPLETE || this == ERROR || this == REMOVED;
    }
  }

  private final String gid;
  private Wanted wanted;
  private State state = State.WAITING;
  private String trouble = "";
  private @Nullable Fetch fetch;

  Download(String gid, Wanted wanted) {
    this.gid = gid;
    this.wanted = wanted;
  }

  String gid() {
    return gid;
  }

  Wanted wanted() {
    return wanted;
  }

  void want(Wanted other) {
    wanted = other;
  }

  State state() {
    return state;
  }

  /// Why it is in error.
  String trouble() {
    return trouble;
  }

  Optional<Fetch> fetch() {
    return Optional.ofNullable(fetch);
  }

  void begin(Fetch begun) {
    fetch = begun;
    state = State.ACTIVE;
  }

  void become(State next, String why) {
    state = next;
    trouble = why;
  }
}
