package dev.ringrift.io.data.swarm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// TCP. With a buffer outside the heap no byte is copied between kernel and caller.
record PlainWire(SocketChannel channel) implements Wire {
  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      channel.write(from);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
