package dev.ringrift.io.data.swarm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Status and headers of an HTTP/1 reply.
///
/// @param headers names in lower case
record ReplyHead(int status, boolean keepAlive, Map<String, String> headers) {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.([01]) (\\d{3})( .*)?");
  private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
  private static final int HEADERS_MAX = 200;

  /// Which bytes the body has, of how many.
  record ContentRange(long first, long last, long size) {}

  /// @param text all of the head, without the empty line at its end
  static ReplyHead parse(byte[] text) throws IOException {
    List<String> lines =
        new String(text, StandardCharsets.ISO_8859_1).stripTrailing().lines().toList();
    Matcher status = STATUS.matcher(lines.isEmpty() ? "" : lines.getFirst());
    if (!status.matches() || lines.size() > HEADERS_MAX) {
      throw new IOException("the server does not speak HTTP/1");
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("the server sent a header without a name");
      }
      String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      String before = headers.put(name, value);
      if (name.equals("content-length") && before != null && !before.equals(value)) {
        throw new IOException("the server gives two lengths");
      }
    }
    String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    boolean keep =
        status.group(1).equals("1") ? !connection.equals("close") : connection.equals("keep-alive");
    return new ReplyHead(Integer.parseInt(status.group(2)), keep, headers);
  }

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /// The length of the body, where it was told.
  OptionalLong length() throws IOException {
    String value = header("content-length");
    if (value.isEmpty() || chunked()) {
      return OptionalLong.empty();
    }
    if (!value.matches("\\d{1,18}")) {
      throw new IOException("the server gives a length of '%s'".formatted(value));
    }
    return OptionalLong.of(Long.parseLong(value));
  }

  boolean chunked() {
    return header("transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked");
  }

  Optional<ContentRange> range() {
    Matcher range = RANGE.matcher(header("content-range"));
    return range.matches()
        ? Optional.of(
            new ContentRange(
                Long.parseLong(range.group(1)),
                Long.parseLong(range.group(2)),
                Long.parseLong(range.group(3))))
        : Optional.empty();
  }

  /// Whether the body is the file's bytes and not an encoding of them.
  boolean identity() {
    String encoding = header("content-encoding");
    return encoding.isEmpty() || encoding.equalsIgnoreCase("identity");
  }
}
