package dev.ringrift.io.logs;

import java.util.Locale;

/// One of the two outputs of a program.
public enum LogStream {
  STDOUT,
  STDERR;

  /// The name in files and on the wire.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
