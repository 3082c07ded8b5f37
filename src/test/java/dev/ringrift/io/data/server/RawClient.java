package dev.ringrift.io.data.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The plainest client: what it sends is what a test wrote.
final class RawClient {
  private RawClient() {}

  /// What came back.
  static final class Answer {
    private final int status;
    private final String head;
    private final byte[] body;

    Answer(int status, String head, byte[] body) {
      this.status = status;
      this.head = head;
      this.body = body;
    }

    int status() {
      return status;
    }

    byte[] body() {
      return body;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /// The value of a header; empty where it is not there.
    String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return "";
    }
  }

  static Answer ask(int port, String method, String path, String... headers) throws IOException {
    try (Socket socket = send(port, method, path, headers)) {
      byte[] all = socket.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write(all, end + 4, all.length - end - 4);
      return new Answer(
          Integer.parseInt(text.substring(9, 12)), text.substring(0, end), body.toByteArray());
    }
  }

  /// Sends a request and leaves the connection open for reading.
  static Socket send(int port, String method, String path, String... headers) throws IOException {
    StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, path));
    boolean host = false;
    for (String header : headers) {
      head.append(header).append("\r\n");
      host |= header.toLowerCase(Locale.ROOT).startsWith("host:");
    }
    if (!host) {
      head.append("Host: localhost:").append(port).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  /// Whether the other side ends the connection before the socket's timeout.
  static boolean ended(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] block = new byte[1 << 16];
    try {
      while (in.read(block) >= 0) {
        // what was on its way is read first
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
