package dev.ringrift.io.data.swarm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// TLS on a connected channel; the server's certificate has to be of the name that was asked for.
final class TlsWire implements Wire {
  private static final int CHUNK_BYTES = 16 << 10;

  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] chunk = new byte[CHUNK_BYTES];

  TlsWire(SocketChannel channel, Origin origin, SSLContext context) throws IOException {
    this.channel = channel;
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(channel.socket(), origin.host(), origin.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int count = in.read(chunk, 0, Math.min(chunk.length, into.remaining()));
    if (count > 0) {
      into.put(chunk, 0, count);
    }
    return count;
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    out.write(bytes);
    out.flush();
  }

  /// Closes what is below: a polite end could wait for the other side.
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
