package dev.ringrift.io.data.server;

import dev.ringrift.core.data.Sha256;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The bytes of a file, as a request wants them (RFC 9110, sections 13 and 14).
final class Contents {
  /// A file is never shown by a browser as if it came from a page of ours.
  static final String TYPE = "application/octet-stream";

  /// A cache on the way has to ask whether it may still give it, and must not pack it.
  static final String CACHING = "private, no-cache, no-transform";

  private Contents() {}

  /// Answers with an open file, which belongs to the answer from here on.
  ///
  /// @param sha256 of the content; empty while that is not known
  /// @param modifiedMillis since 1970; negative where it has no meaning
  static Answer of(
      Ask ask, FileChannel file, long sizeBytes, Optional<Sha256> sha256, long modifiedMillis) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept-Ranges", "bytes");
    headers.put("Cache-Control", CACHING);
    headers.put("X-Content-Type-Options", "nosniff");
    Optional<String> etag = sha256.map(Contents::etag);
    etag.ifPresent(value -> headers.put("ETag", value));
    if (modifiedMillis >= 0) {
      headers.put("Last-Modified", httpDate(modifiedMillis));
    }
    if (unchanged(ask, etag)) {
      return new Answer(304, headers, new Answer.Body.None(), () -> closeNow(file));
    }
    headers.put("Content-Type", TYPE);
    return switch (wanted(ask, sizeBytes, etag)) {
      case ByteRanges.Whole _ ->
          new Answer(200, headers, new Answer.Body.Part(file, 0, sizeBytes), () -> {});
      case ByteRanges.Beyond _ -> {
        headers.put("Content-Range", "bytes */" + sizeBytes);
        headers.remove("Content-Type");
        yield new Answer(
            416, headers, new Answer.Body.Bytes(Buffer.buffer()), () -> closeNow(file));
      }
      case ByteRanges.Parts parts -> parts(headers, file, sizeBytes, parts.spans());
    };
  }

  private static Answer parts(
      Map<String, String> headers, FileChannel file, long sizeBytes, List<Span> spans) {
    if (spans.size() == 1) {
      Span span = spans.getFirst();
      headers.put("Content-Range", span.contentRange(sizeBytes));
      return new Answer(
          206, headers, new Answer.Body.Part(file, span.first(), span.length()), () -> {});
    }
    String boundary = UUID.randomUUID().toString();
    headers.put("Content-Type", "multipart/byteranges; boundary=" + boundary);
    return new Answer(
        206, headers, new Answer.Body.Parts(file, sizeBytes, boundary, spans), () -> {});
  }

  /// Which bytes; ranges have a meaning for GET only, and only of the content that is meant.
  private static ByteRanges wanted(Ask ask, long sizeBytes, Optional<String> etag) {
    Optional<String> condition = ask.header("if-range");
    boolean other = condition.isPresent() && !condition.map(String::strip).equals(etag);
    return ask.head() || other
        ? new ByteRanges.Whole()
        : ByteRanges.parse(ask.header("range"), sizeBytes);
  }

  private static boolean unchanged(Ask ask, Optional<String> etag) {
    Optional<String> known = ask.header("if-none-match");
    if (known.isEmpty() || etag.isEmpty()) {
      return false;
    }
    for (String each : known.get().split(",", -1)) {
      String value = each.strip();
      if (value.equals("*") || value.replaceFirst("^W/", "").equals(etag.get())) {
        return true;
      }
    }
    return false;
  }

  static String etag(Sha256 sha256) {
    return "\"%s\"".formatted(sha256);
  }

  static String httpDate(long millis) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }

  private static void closeNow(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
