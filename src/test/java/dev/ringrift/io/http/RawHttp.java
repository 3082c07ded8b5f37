package dev.ringrift.io.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The plainest client: what it sends is what a test wrote, bad headers too.
final class RawHttp {
  private RawHttp() {}

  /// @param head status line and headers
  record Answer(int status, String head, String body) {}

  static Answer ask(int port, String method, String path, String body, String... headers)
      throws IOException {
    try (Socket socket = send(port, method, path, body, headers)) {
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = text.indexOf("\r\n\r\n");
      return new Answer(
          Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
    }
  }

  /// Sends a request and leaves the connection open for reading.
  static Socket send(int port, String method, String path, String body, String... headers)
      throws IOException {
    StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, path));
    boolean host = false;
    for (String header : headers) {
      head.append(header).append("\r\n");
      host |= header.toLowerCase(Locale.ROOT).startsWith("host:");
    }
    if (!host) {
      head.append("Host: localhost:").append(port).append("\r\n");
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    head.append("Content-Length: ").append(bytes.length).append("\r\nConnection: close\r\n\r\n");
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      return socket; // refused before all was sent; the answer is there to be read
    }
    return socket;
  }
}
