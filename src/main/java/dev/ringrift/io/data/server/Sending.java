package dev.ringrift.io.data.server;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// Writes the answer to one request, from any thread.
///
/// Files go from the disk to the socket by the event loop, as far as the reader takes them: sending
/// costs no thread and no memory. Only several parts in one answer need a buffer and the thread
/// that sends them.
final class Sending {
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int KIB = 1 << 10;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final Semaphore memoryKib;

  /// To be made on the request's event loop.
  ///
  /// @param memoryKib what answers may hold in memory together
  Sending(HttpServerRequest request, Context context, Semaphore memoryKib) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.memoryKib = memoryKib;
  }

  /// Sends it and closes it; returns before the end, but for several parts of a file.
  void send(Answer answer) {
    boolean head = request.method().name().equals("HEAD");
    switch (answer.body()) {
      case Answer.Body.None _ -> end(answer, response::end);
      case Answer.Body.Bytes body -> bytes(answer, body.bytes(), head);
      case Answer.Body.Part body when head || body.length() == 0 ->
          end(answer, () -> ended(body.length()));
      case Answer.Body.Part body ->
          end(
              answer,
              () -> {
                length(body.length());
                return response.sendFile(body.file(), body.offset(), body.length());
              });
      case Answer.Body.Parts body when head -> end(answer, () -> ended(body.length()));
      case Answer.Body.Parts body -> parts(answer, body);
    }
  }

  private void bytes(Answer answer, Buffer bytes, boolean head) {
    int room = head ? 0 : bytes.length() / KIB + 1;
    if (!memoryKib.tryAcquire(room)) {
      send(busy());
      close(answer);
      return;
    }
    end(
        answer.then(() -> memoryKib.release(room)),
        () -> {
          if (head) {
            return ended(bytes.length());
          }
          return response.end(bytes);
        });
  }

  /// Says less than a kibibyte, for which there is always room.
  private Answer busy() {
    Answer full = Answer.busy("this node answers as much as it can", 1);
    return new Answer(503, full.headers(), new Answer.Body.None(), () -> {})
        .with("Content-Length", "0");
  }

  private Future<Void> ended(long length) {
    length(length);
    return response.end();
  }

  private void length(long length) {
    response.putHeader("Content-Length", String.valueOf(length));
  }

  /// Writes head and body on the event loop. The answer is closed when all of it has gone out, or
  /// the connection has ended.
  private void end(Answer answer, Callable<Future<Void>> body) {
    AtomicBoolean closed = new AtomicBoolean();
    Runnable close =
        () -> {
          if (closed.compareAndSet(false, true)) {
            close(answer);
          }
        };
    context.runOnContext(
        v -> {
          if (response.ended() || response.closed()) {
            close.run();
            return;
          }
          head(answer);
          response.closeHandler(gone -> close.run());
          try {
            body.call()
                .onComplete(
                    done -> {
                      close.run();
                      if (done.failed()) {
                        request.connection().close();
                      }
                    });
          } catch (Exception e) {
            close.run();
            request.connection().close();
          }
        });
  }

  private void head(Answer answer) {
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
  }

  private void parts(Answer answer, Answer.Body.Parts body) {
    try (answer) {
      onLoop(
          () -> {
            head(answer);
            length(body.length());
            return Future.succeededFuture();
          });
      for (Span span : body.spans()) {
        write(body.before(span));
        copy(body.file(), span);
      }
      onLoop(() -> response.end(Buffer.buffer(body.after())));
    } catch (IOException | CompletionException e) {
      request.connection().close(); // the reader has gone, or must not take the rest for it
    }
  }

  private void copy(FileChannel file, Span span) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    long at = span.first();
    while (at <= span.last()) {
      ByteBuffer buffer =
          ByteBuffer.wrap(block, 0, (int) Math.min(BLOCK_BYTES, span.last() - at + 1));
      int read = file.read(buffer, at);
      if (read < 0) {
        throw new IOException("the file ends at byte %d".formatted(at));
      }
      at += read;
      write(block, read);
    }
  }

  private void write(byte[] bytes) {
    write(bytes, bytes.length);
  }

  /// Returns when the bytes have gone out, so that the block can be used again.
  private void write(byte[] bytes, int length) {
    onLoop(() -> response.write(Buffer.buffer(length).appendBytes(bytes, 0, length)));
  }

  private void onLoop(Callable<Future<Void>> action) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            if (response.closed()) {
              throw new IOException("the connection has ended");
            }
            action
                .call()
                .onComplete(
                    result -> {
                      if (result.succeeded()) {
                        done.complete(null);
                      } else {
                        done.completeExceptionally(result.cause());
                      }
                    });
          } catch (Exception e) {
            done.completeExceptionally(e);
          }
        });
    done.join();
  }

  static void close(Answer answer) {
    try {
      answer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
