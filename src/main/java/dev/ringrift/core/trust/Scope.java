package dev.ringrift.core.trust;

import java.util.Locale;
import java.util.Set;

/// What the bearer of a token may do. There are four, so that a person can choose without a manual.
public enum Scope {
  /// See status, nodes, jobs, events, logs and metrics.
  READ,
  /// Fetch files from the data servers.
  DATA,
  /// READ and DATA; submit, cancel and retry jobs.
  SUBMIT,
  /// Everything: also drain nodes, change voters, revoke.
  ADMIN;

  /// Whether this scope allows what `wanted` allows.
  public boolean covers(Scope wanted) {
    return switch (this) {
      case READ -> wanted == READ;
      case DATA -> wanted == DATA;
      case SUBMIT -> wanted != ADMIN;
      case ADMIN -> true;
    };
  }

  /// Whether one of `held` allows what `wanted` allows.
  public static boolean covered(Set<Scope> held, Scope wanted) {
    return held.stream().anyMatch(scope -> scope.covers(wanted));
  }

  /// The name in tokens and on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Reads a label.
  ///
  /// @throws IllegalArgumentException naming the labels that exist
  public static Scope parse(String label) {
    for (Scope scope : values()) {
      if (scope.label().equals(label)) {
        return scope;
      }
    }
    throw new IllegalArgumentException(
        "scope '%s' is not known: use read, data, submit or admin".formatted(label));
  }
}
