package dev.ringrift.io.data.server;

/// Some bytes of a file, from the first to the last, both included.
record Span(long first, long last) {
  Span {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("bytes from %d to %d".formatted(first, last));
    }
  }

  long length() {
    return last - first + 1;
  }

  /// As a `Content-Range` header says it.
  String contentRange(long sizeBytes) {
    return "bytes %d-%d/%d".formatted(first, last, sizeBytes);
  }
}
