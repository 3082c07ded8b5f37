package dev.ringrift.io.http;

/// Counts answered calls. Thread-safe, quick.
@FunctionalInterface
public interface CallMeter {
  void answered(String method, int status, long nanos);
}
