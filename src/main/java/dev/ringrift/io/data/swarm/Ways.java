package dev.ringrift.io.data.swarm;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// How servers are reached: directly, or through the node's proxy, which is given their names.
record Ways(Optional<Proxy> proxy, SSLContext tls) {
  private static final int HEAD_BYTES_MAX = 8 << 10;
  private static final int SOCKS_VERSION = 5;

  /// Connects `channel`, which another thread may close to end the waiting.
  Wire connect(SocketChannel channel, Origin origin) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    if (proxy.isPresent() && !origin.loopback()) {
      Proxy through = proxy.get();
      try {
        channel.connect(resolved(through.host(), through.port()));
      } catch (IOException e) {
        throw new IOException("the proxy %s: %s".formatted(through, reason(e)), e);
      }
      switch (through.kind()) {
        case SOCKS5 -> socks(channel, origin);
        case HTTP -> tunnel(channel, origin);
      }
    } else {
      channel.connect(resolved(origin.host(), origin.port()));
    }
    return origin.tls() ? new TlsWire(channel, origin, tls) : new PlainWire(channel);
  }

  /// What went wrong, in words.
  static String reason(Exception e) {
    String message = e.getMessage();
    return message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
  }

  private static InetSocketAddress resolved(String host, int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IOException("no host is named " + host);
    }
    return address;
  }

  private void socks(SocketChannel channel, Origin origin) throws IOException {
    write(channel, new byte[] {SOCKS_VERSION, 1, 0});
    ByteBuffer answer = read(channel, 2);
    if (answer.get(0) != SOCKS_VERSION || answer.get(1) != 0) {
      throw new IOException("%s is no SOCKS5 proxy without a password".formatted(named()));
    }
    byte[] name = name(origin.host());
    ByteBuffer ask = ByteBuffer.allocate(6 + name.length);
    ask.put((byte) SOCKS_VERSION).put((byte) 1).put((byte) 0).put(name);
    ask.putShort((short) origin.port());
    write(channel, java.util.Arrays.copyOf(ask.array(), ask.position()));
    ByteBuffer head = read(channel, 4);
    if (head.get(1) != 0) {
      throw new IOException(
          "%s could not reach %s (reply %d)".formatted(named(), origin.authority(), head.get(1)));
    }
    int rest =
        switch (head.get(3)) {
          case 1 -> 4;
          case 4 -> 16;
          case 3 -> read(channel, 1).get(0) & 0xff;
          default -> throw new IOException(named() + " gave no SOCKS5 reply");
        };
    read(channel, rest + 2);
  }

  /// The address part of a SOCKS5 request: names go as names.
  private static byte[] name(String host) throws IOException {
    byte[] bytes;
    byte[] lead;
    try {
      bytes = InetAddress.ofLiteral(host).getAddress();
      lead = new byte[] {(byte) (bytes.length == 4 ? 1 : 4)};
    } catch (IllegalArgumentException e) {
      bytes = host.getBytes(StandardCharsets.US_ASCII);
      if (bytes.length > 255) {
        throw new IOException("the name of the host is too long", e);
      }
      lead = new byte[] {3, (byte) bytes.length};
    }
    return ByteBuffer.allocate(lead.length + bytes.length).put(lead).put(bytes).array();
  }

  private void tunnel(SocketChannel channel, Origin origin) throws IOException {
    String host = origin.host().contains(":") ? "[" + origin.host() + "]" : origin.host();
    String to = host + ":" + origin.port();
    write(
        channel,
        "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n"
            .formatted(to, to)
            .getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    // Byte by byte, so that nothing of what comes through the tunnel is taken.
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) (read(channel, 1).get(0) & 0xff));
      if (head.length() > HEAD_BYTES_MAX) {
        throw new IOException(named() + " gave no answer of HTTP");
      }
    }
    if (!head.toString().matches("(?s)HTTP/1\\.[01] 2.*")) {
      throw new IOException(
          "%s could not reach %s (%s)"
              .formatted(named(), to, head.toString().lines().findFirst().orElse("")));
    }
  }

  private String named() {
    return "the proxy " + proxy.map(Proxy::toString).orElse("");
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    new PlainWire(channel).write(ByteBuffer.wrap(bytes));
  }

  private static ByteBuffer read(SocketChannel channel, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("the proxy closed the connection");
      }
    }
    return buffer;
  }
}
