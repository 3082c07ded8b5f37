package dev.ringrift.io.data.swarm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// A small HTTP server on loopback that answers as a test says.
final class OddServer implements AutoCloseable {
  /// How one request is answered; an `EOFException` ends the connection.
  @FunctionalInterface
  interface Manner {
    void answer(Asked asked, OutputStream out) throws IOException, InterruptedException;
  }

  /// @param headers names in lower case
  record Asked(String path, Map<String, String> headers, int number) {
    /// First and last byte of the range that was asked for.
    long[] range(long size) {
      String text = headers.getOrDefault("range", "bytes=0-" + (size - 1)).substring(6);
      String[] ends = text.split("-", 2);
      long last = ends[1].isEmpty() ? size - 1 : Long.parseLong(ends[1]);
      return new long[] {Long.parseLong(ends[0]), last};
    }
  }

  private final ServerSocket socket;
  private final Manner manner;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final CountDownLatch over = new CountDownLatch(1);

  /// All that was asked, in order.
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  OddServer(Manner manner) throws IOException {
    this.manner = manner;
    this.socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(port(), path));
  }

  /// Waits until the server is closed: the way to hang.
  void hang() throws InterruptedException {
    over.await();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
      OutputStream out = client.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String path = line.split(" ", 3)[1];
        Map<String, String> headers = new TreeMap<>();
        for (String next = in.readLine(); !next.isEmpty(); next = in.readLine()) {
          String[] pair = next.split(": ", 2);
          headers.put(pair[0].toLowerCase(Locale.ROOT), pair[1]);
        }
        Asked now = new Asked(path, headers, asked.size());
        asked.add(now);
        try {
          manner.answer(now, out);
          out.flush();
        } catch (EOFException e) {
          hangUp(client, in);
        }
      }
    } catch (IOException e) {
      // the client is gone, or the manner ended the connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.remove(client);
    }
  }

  /// Ends what it says, and reads on: a socket that is closed with something unread in it would
  /// take back what the client has not read yet.
  private static void hangUp(Socket client, BufferedReader in) throws IOException {
    client.shutdownOutput();
    while (in.read() >= 0) {
      // nobody answers any more
    }
  }

  /// The manner of a good server.
  static Manner good(byte[] content) {
    return (asked, out) -> range(asked, out, content, "");
  }

  /// Answers a range well.
  ///
  /// @param more headers, each with its line end
  static void range(Asked asked, OutputStream out, byte[] content, String more) throws IOException {
    long[] range = asked.range(content.length);
    int length = (int) (range[1] - range[0] + 1);
    head(
        out,
        "206 Partial Content",
        "Content-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n%s"
            .formatted(range[0], range[1], content.length, length, more));
    out.write(content, (int) range[0], length);
  }

  static void head(OutputStream out, String status, String headers) throws IOException {
    out.write("HTTP/1.1 %s\r\n%s\r\n".formatted(status, headers).getBytes(ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    over.countDown();
    socket.close();
    for (Socket client : clients) {
      client.close();
    }
  }
}
