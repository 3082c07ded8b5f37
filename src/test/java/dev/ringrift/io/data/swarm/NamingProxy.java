package dev.ringrift.io.data.swarm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A proxy on loopback, SOCKS5 and HTTP in one, that takes every name for one port of this machine.
public final class NamingProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final int target;

  /// `host:port` as it was asked for, in order.
  public final List<String> asked = new CopyOnWriteArrayList<>();

  public NamingProxy(int target) throws IOException {
    this.target = target;
    this.socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  Proxy as(String scheme) {
    return Proxy.parse("%s://127.0.0.1:%d".formatted(scheme, socket.getLocalPort()));
  }

  public int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      int first = in.read();
      if (first == 5) {
        socks(in, out);
      } else {
        connect(in, out);
      }
      Thread up = Thread.ofVirtual().start(() -> copy(client, server));
      copy(server, client);
      up.join();
    } catch (IOException e) {
      // the client is gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void socks(DataInputStream in, OutputStream out) throws IOException {
    in.skipNBytes(in.read());
    out.write(new byte[] {5, 0});
    in.skipNBytes(3);
    int kind = in.read();
    String host =
        kind == 3
            ? new String(in.readNBytes(in.read()), ISO_8859_1)
            : InetAddress.getByAddress(in.readNBytes(kind == 1 ? 4 : 16)).getHostAddress();
    asked.add(host + ":" + in.readUnsignedShort());
    out.write(new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 0});
  }

  private void connect(DataInputStream in, OutputStream out) throws IOException {
    StringBuilder head = new StringBuilder("C");
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) in.readUnsignedByte());
    }
    asked.add(head.toString().split(" ", 3)[1]);
    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // one side is gone
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
