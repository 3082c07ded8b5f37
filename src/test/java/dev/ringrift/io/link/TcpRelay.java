package dev.ringrift.io.link;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/// A relay of TCP on loopback: to a fixed port, or as a SOCKS5 server (RFC 1928) that resolves
/// names by itself. It can stop moving bytes without closing anything.
final class TcpRelay implements AutoCloseable {
  /// What it was asked to connect to, as sent: `name host port` or `ipv4 host port`.
  final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final int target;
  private final boolean socks;
  private boolean frozen;

  private TcpRelay(int target, boolean socks) throws IOException {
    this.target = target;
    this.socks = socks;
    Thread.ofVirtual().start(this::acceptAll);
  }

  static TcpRelay plain(int target) throws IOException {
    return new TcpRelay(target, false);
  }

  /// Every name that it is asked for is `127.0.0.1:target` to it; target 0 refuses all.
  static TcpRelay socks(int target) throws IOException {
    return new TcpRelay(target, true);
  }

  int port() {
    return server.getLocalPort();
  }

  synchronized void freeze(boolean now) {
    frozen = now;
    notifyAll();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket near = server.accept();
        sockets.add(near);
        Thread.ofVirtual().start(() -> serve(near));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket near) {
    try {
      if (socks && !greet(near)) {
        near.close();
        return;
      }
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(far);
      Thread.ofVirtual().start(() -> move(far, near));
      move(near, far);
    } catch (IOException e) {
      closeQuietly(near);
    }
  }

  private boolean greet(Socket near) throws IOException {
    InputStream in = near.getInputStream();
    OutputStream out = near.getOutputStream();
    in.read();
    in.readNBytes(in.read());
    out.write(new byte[] {5, 0});
    byte[] head = in.readNBytes(4);
    if (head.length < 4) {
      throw new EOFException();
    }
    String host =
        head[3] == 3
            ? "name " + new String(in.readNBytes(in.read()), StandardCharsets.US_ASCII)
            : "ipv4 " + InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
    int port = in.read() << 8 | in.read();
    asked.add(host + " " + port);
    int reply = target == 0 ? 4 : 0; // 4: host unreachable
    out.write(new byte[] {5, (byte) reply, 0, 1, 0, 0, 0, 0, 0, 0});
    return target != 0;
  }

  private void move(Socket from, Socket to) {
    try {
      byte[] buffer = new byte[64 << 10];
      while (true) {
        int count = from.getInputStream().read(buffer);
        awaitThaw();
        if (count < 0) {
          break;
        }
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException | InterruptedException e) {
      // one side is gone
    }
    closeQuietly(from);
    closeQuietly(to);
  }

  private synchronized void awaitThaw() throws InterruptedException {
    while (frozen) {
      wait();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it was closed
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    new ArrayList<>(sockets).forEach(TcpRelay::closeQuietly);
    freeze(false);
  }
}
