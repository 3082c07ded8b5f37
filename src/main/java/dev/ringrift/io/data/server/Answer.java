package dev.ringrift.io.data.server;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a request is answered with. Whoever has it sends it or closes it.
///
/// @param over runs once when it has been sent, or cannot be
record Answer(int status, Map<String, String> headers, Body body, Runnable over)
    implements Closeable {
  Answer {
    headers = Map.copyOf(headers);
  }

  /// What follows the head.
  sealed interface Body {
    /// Nothing, and no `Content-Length` either.
    record None() implements Body {}

    record Bytes(Buffer bytes) implements Body {}

    /// Bytes of an open file.
    record Part(FileChannel file, long offset, long length) implements Body {}

    /// Several parts of an open file (RFC 9110, section 14.6).
    record Parts(FileChannel file, long sizeBytes, String boundary, List<Span> spans)
        implements Body {
      /// What stands before a part.
      byte[] before(Span span) {
        return "\r\n--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n"
            .formatted(boundary, Contents.TYPE, span.contentRange(sizeBytes))
            .getBytes(StandardCharsets.US_ASCII);
      }

      /// What stands behind the last.
      byte[] after() {
        return "\r\n--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.US_ASCII);
      }

      long length() {
        return spans.stream().mapToLong(span -> before(span).length + span.length()).sum()
            + after().length;
      }
    }
  }

  static Answer of(int status, String type, byte[] bytes) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", type);
    headers.put("Cache-Control", Contents.CACHING);
    headers.put("X-Content-Type-Options", "nosniff");
    return new Answer(status, headers, new Body.Bytes(Buffer.buffer(bytes)), () -> {});
  }

  static Answer text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(Object value) {
    return of(200, "application/json", Json.bytes(value));
  }

  static Answer error(int status, UserError error) {
    StringBuilder text = new StringBuilder(error.what());
    if (!error.because().isEmpty()) {
      text.append("\n  because: ").append(error.because());
    }
    if (!error.mend().isEmpty()) {
      text.append("\n  to mend: ").append(error.mend());
    }
    return text(status, text.toString());
  }

  static Answer notFound() {
    return text(404, "there is no such file here");
  }

  /// To be asked again later.
  static Answer busy(String why, int retrySeconds) {
    return text(503, why).with("Retry-After", "" + retrySeconds);
  }

  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, body, over);
  }

  /// The same, and `last` runs when it is over.
  Answer then(Runnable last) {
    return new Answer(
        status,
        headers,
        body,
        () -> {
          over.run();
          last.run();
        });
  }

  /// To be called once, when it has been sent or cannot be.
  @Override
  public void close() throws IOException {
    try {
      switch (body) {
        case Body.Part part -> part.file().close();
        case Body.Parts parts -> parts.file().close();
        case Body.Bytes _, Body.None _ -> {}
      }
    } finally {
      over.run();
    }
  }
}
