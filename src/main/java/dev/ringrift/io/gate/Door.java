package dev.ringrift.io.gate;

/// How a listener judges who comes in.
public enum Door {
  /// By address: loopback and the tailnet may read.
  DIRECT,
  /// Not at all: everybody arrives from this machine because a tunnel ends here.
  TUNNEL
}
