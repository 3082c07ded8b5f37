package dev.ringrift.sim;

/// An invariant does not hold.
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  Violation(String what) {
    super(what);
  }
}
