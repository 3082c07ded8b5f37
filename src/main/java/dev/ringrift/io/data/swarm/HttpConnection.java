package dev.ringrift.io.data.swarm;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection to one server, for one GET after the other (HTTP/1.1, RFC 9112). One thread uses
/// it; any may close it, which ends what that one waits for.
final class HttpConnection implements Closeable {
  private static final int BUFFER_BYTES = 32 << 10;
  private static final int LINE_BYTES_MAX = 1 << 10;

  private final Origin origin;
  private final Ways ways;
  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
  private @Nullable Wire wire;
  private boolean used;
  private boolean keepAlive = true;
  private boolean chunked;
  private long left;

  HttpConnection(Origin origin, Ways ways) throws IOException {
    this.origin = origin;
    this.ways = ways;
    this.channel = SocketChannel.open();
  }

  Origin origin() {
    return origin;
  }

  /// Whether it has served before: a server may close such a one at any time without a fault.
  boolean used() {
    return used;
  }

  /// Asks for `target`, a path with query, and waits for the head of the reply.
  ReplyHead get(String target, Map<String, String> headers) throws IOException {
    Wire open = wire;
    if (open == null) {
      open = ways.connect(channel, origin);
      wire = open;
    }
    StringBuilder ask = new StringBuilder("GET ").append(target).append(" HTTP/1.1\r\n");
    ask.append("Host: ").append(origin.authority()).append("\r\n");
    ask.append("User-Agent: ringrift\r\nAccept: */*\r\nAccept-Encoding: identity\r\n");
    headers.forEach((name, value) -> ask.append(line(name, value)));
    ask.append("\r\n");
    open.write(ByteBuffer.wrap(ask.toString().getBytes(StandardCharsets.ISO_8859_1)));
    ReplyHead head = ReplyHead.parse(head(open));
    used = true;
    keepAlive = head.keepAlive();
    chunked = head.chunked();
    left = chunked ? 0 : head.length().orElse(Long.MAX_VALUE);
    if (left == Long.MAX_VALUE && !chunked) {
      keepAlive = false;
    }
    return head;
  }

  /// Bytes of the body; -1 at its end.
  ///
  /// @throws EOFException when it ends before it should
  int read(ByteBuffer into) throws IOException {
    if (chunked && left == 0) {
      left = nextChunk();
      chunked = left > 0;
    }
    if (left == 0) {
      return -1;
    }
    int limit = into.limit();
    into.limit((int) Math.min(limit, into.position() + left));
    int count;
    if (buffer.hasRemaining()) {
      count = Math.min(buffer.remaining(), into.remaining());
      into.put(buffer.slice(buffer.position(), count));
      buffer.position(buffer.position() + count);
    } else {
      count = open().read(into);
    }
    into.limit(limit);
    if (count < 0) {
      if (left == Long.MAX_VALUE) {
        left = 0;
        return -1;
      }
      throw new EOFException("the reply ended %d bytes too early".formatted(left));
    }
    left -= left == Long.MAX_VALUE ? 0 : count;
    if (chunked && left == 0) {
      line();
    }
    return count;
  }

  /// What the kernel keeps of it until it is read; 0 where one reading does not bring all of that.
  int roomBytes() throws IOException {
    return open() instanceof PlainWire ? channel.getOption(StandardSocketOptions.SO_RCVBUF) : 0;
  }

  /// Whether another request may follow on it.
  boolean reusable() {
    return keepAlive && left == 0 && !chunked && channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private Wire open() throws IOException {
    Wire open = wire;
    if (open == null) {
      throw new IOException("nothing was asked");
    }
    return open;
  }

  private static String line(String name, String value) {
    if ((name + value).chars().anyMatch(c -> c < 32 || c == 127)) {
      throw new IllegalArgumentException("a header with a line break: " + name);
    }
    return name + ": " + value + "\r\n";
  }

  private byte[] head(Wire open) throws IOException {
    byte[] head = new byte[BUFFER_BYTES];
    int length = 0;
    while (true) {
      byte next = next(open, length == 0);
      head[length++] = next;
      if (next == '\n' && ends(head, length)) {
        int status = length > 12 ? head[9] : 0;
        if (status != '1') {
          return java.util.Arrays.copyOf(head, length);
        }
        length = 0; // an interim reply
      }
      if (length == head.length) {
        throw new IOException("the head of the reply is longer than %d".formatted(length));
      }
    }
  }

  /// Whether an empty line ends it, with or without a carriage return.
  private static boolean ends(byte[] head, int length) {
    if (length >= 4 && head[length - 2] == '\r') {
      return head[length - 3] == '\n';
    }
    return length >= 2 && head[length - 2] == '\n';
  }

  private byte next(Wire open, boolean first) throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      int count = open.read(buffer);
      buffer.flip();
      if (count <= 0) {
        buffer.limit(0);
        throw first
            ? new NoReplyException()
            : new EOFException("the connection closed within the head of a reply");
      }
    }
    return buffer.get();
  }

  private long nextChunk() throws IOException {
    String size = line().split(";", 2)[0].strip();
    if (!size.matches("[0-9a-fA-F]{1,15}")) {
      throw new IOException("the server sent a chunk of '%s'".formatted(size));
    }
    long length = Long.parseLong(size, 16);
    if (length == 0) {
      while (!line().isEmpty()) {
        // A trailer: nothing in it is wanted.
      }
    }
    return length;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() < LINE_BYTES_MAX) {
      char next = (char) (next(open(), false) & 0xff);
      if (next == '\n') {
        return line.toString().strip();
      }
      line.append(next);
    }
    throw new IOException("the server sent a line that is too long");
  }

  /// The connection closed before a byte of the reply.
  static final class NoReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    NoReplyException() {
      super("the server closed the connection without a reply");
    }
  }
}
