package dev.ringrift.io.data.swarm;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A two-way stream of bytes to a server. One thread reads and writes; any may close it, which
/// ends what the first one waits for.
interface Wire extends Closeable {
  /// Waits for bytes; -1 when the other side has ended.
  int read(ByteBuffer into) throws IOException;

  /// Writes all of it.
  void write(ByteBuffer from) throws IOException;
}
