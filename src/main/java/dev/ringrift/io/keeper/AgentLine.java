package dev.ringrift.io.keeper;

import dev.ringrift.io.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One agent's connection. Reading and writing have a thread each, so that an agent that hangs
/// never holds up the keeper: it is cut off, and hears everything when it is back.
final class AgentLine {
  /// Lines that wait for a slow agent.
  static final int LINES_MAX = 1_000;

  private static final long LAST = -1;

  private final SocketChannel channel;
  private final CountDownLatch written = new CountDownLatch(1);
  private final BlockingQueue<Request.Answer> out = new ArrayBlockingQueue<>(LINES_MAX);

  AgentLine(SocketChannel channel) {
    this.channel = channel;
  }

  /// Starts the threads.
  ///
  /// @param heard gets each request, in order
  /// @param gone runs when the connection has ended
  void start(Consumer<Request.Line> heard, Runnable gone) {
    Thread writer = Thread.ofPlatform().daemon().name("to-agent").start(this::write);
    Thread.ofPlatform()
        .daemon()
        .name("from-agent")
        .start(
            () -> {
              read(heard);
              writer.interrupt();
              gone.run();
            });
  }

  /// Sends, unless the connection has ended.
  void send(Request.Answer answer) {
    if (!out.offer(answer)) {
      close();
    }
  }

  /// Waits until what was sent before is with the agent, at most for `millis`.
  void finish(long millis) throws InterruptedException {
    send(new Request.Answer(LAST, false, 0, "", List.of()));
    written.await(millis, TimeUnit.MILLISECONDS);
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    }
  }

  private void read(Consumer<Request.Line> heard) {
    try (var in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        heard.accept(Json.read(line.getBytes(StandardCharsets.UTF_8), Request.Line.class));
      }
    } catch (IOException | IllegalArgumentException e) {
      close(); // the agent died, or is no agent
    }
  }

  private void write() {
    try {
      for (Request.Answer next = out.take(); next.ack() != LAST; next = out.take()) {
        ByteBuffer buffer =
            ByteBuffer.wrap((Json.text(next) + "\n").getBytes(StandardCharsets.UTF_8));
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    } catch (IOException e) {
      close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the connection has ended
    } finally {
      written.countDown();
    }
  }
}
