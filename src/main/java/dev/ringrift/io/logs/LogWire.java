package dev.ringrift.io.logs;

import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What goes over the channels `logs`, `logs.read` and `logs.list`: a line of JSON, and after it
/// the bytes as they are.
final class LogWire {
  /// A worker sends output; answered by a `Taken`.
  static final String APPEND = "logs";

  /// Somebody asks for output; answered by a `Found` and bytes.
  static final String READ = "logs.read";

  /// A voter asks another what changed there; answered by `LogHoldings`.
  static final String LIST = "logs.list";

  private LogWire() {}

  /// @param instance the store that counted `number`; empty at first
  record Since(String instance, long number) {}

  /// @param after how much the sender believes the store to have
  /// @param offset of the first byte; beyond `after` where what is between no longer exists
  /// @param ended whether nothing will follow
  record Append(AttemptId attempt, LogStream stream, long after, long offset, boolean ended) {}

  /// @param length how far the store is: the offset it wants next
  record Taken(long length) {}

  record Read(AttemptId attempt, LogStream stream, long offset, int max) {}

  /// The head of a `LogPart`.
  record Found(long offset, long length, boolean ended) {}

  static byte[] join(Object head, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 200);
    out.writeBytes(Json.text(head).getBytes(StandardCharsets.UTF_8));
    out.write('\n');
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  static <T> T head(byte[] message, Class<T> type) {
    return Json.read(Arrays.copyOf(message, lineEnd(message)), type);
  }

  static byte[] bytes(byte[] message) {
    int end = lineEnd(message);
    return Arrays.copyOfRange(message, Math.min(end + 1, message.length), message.length);
  }

  private static int lineEnd(byte[] message) {
    int end = 0;
    while (end < message.length && message[end] != '\n') {
      end++;
    }
    return end;
  }
}
