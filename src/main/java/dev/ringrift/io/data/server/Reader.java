package dev.ringrift.io.data.server;

/// Who asks.
///
/// @param name the node whose pass it shows, else the address that it comes from
/// @param hangUp closes its connection; may be run from any thread, at any time
record Reader(String name, Runnable hangUp) {
  /// Whether it is the same one, on whatever connection.
  boolean same(Reader other) {
    return name.equals(other.name);
  }
}
