package dev.ringrift.io.keeper;

import dev.ringrift.io.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// An agent's connection to its keeper.
final class KeeperLine {
  private final SocketChannel channel;

  private KeeperLine(SocketChannel channel) {
    this.channel = channel;
  }

  /// A connection, or empty when no keeper listens.
  static Optional<KeeperLine> open(Path socket) throws IOException {
    try {
      return Optional.of(new KeeperLine(SocketChannel.open(UnixDomainSocketAddress.of(socket))));
    } catch (SocketException e) {
      return Optional.empty(); // no file, or nobody behind it
    }
  }

  /// Sends what is in the outbox and hands on what is answered, until the connection ends.
  void run(Outbox outbox, Consumer<Request.Answer> answered) throws IOException {
    Thread writer = Thread.ofVirtual().name("to-keeper").start(() -> write(outbox));
    try (var in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answered.accept(Json.read(line.getBytes(StandardCharsets.UTF_8), Request.Answer.class));
      }
    } finally {
      writer.interrupt();
      close();
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    }
  }

  private void write(Outbox outbox) {
    long sent = 0;
    try {
      while (true) {
        for (Request.Line next : outbox.after(sent)) {
          ByteBuffer line =
              ByteBuffer.wrap((Json.text(next) + "\n").getBytes(StandardCharsets.UTF_8));
          while (line.hasRemaining()) {
            channel.write(line);
          }
          sent = next.seq();
        }
      }
    } catch (IOException e) {
      close(); // the keeper is gone: the reader sees it too
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the connection has ended
    }
  }
}
