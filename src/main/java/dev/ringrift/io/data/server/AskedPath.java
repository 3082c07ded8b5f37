package dev.ringrift.io.data.server;

import dev.ringrift.core.data.RelativePath;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/// The path of a request.
///
/// @param name empty for the served root
/// @param folder whether it ends with a slash
record AskedPath(Optional<RelativePath> name, boolean folder) {
  /// Reads it as it was sent. It is decoded once; a slash or a backslash that is hidden in it is
  /// none of ours, and neither is what leads upwards, is doubled or hidden.
  ///
  /// @return empty when nothing can have this path
  static Optional<AskedPath> parse(String raw) {
    if (!raw.startsWith("/")) {
      return Optional.empty();
    }
    boolean folder = raw.endsWith("/");
    String inner = raw.substring(1, raw.length() - (folder && raw.length() > 1 ? 1 : 0));
    if (inner.isEmpty()) {
      return raw.equals("/")
          ? Optional.of(new AskedPath(Optional.empty(), true))
          : Optional.empty();
    }
    try {
      return decode(inner).map(text -> new AskedPath(Optional.of(new RelativePath(text)), folder));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > '~' || c <= ' ') {
        return Optional.empty();
      }
      if (c != '%') {
        bytes.write(c);
        continue;
      }
      if (i + 2 >= text.length()) {
        return Optional.empty();
      }
      int decoded = HexFormat.fromHexDigits(text, i + 1, i + 3);
      if (decoded == '/' || decoded == '\\' || decoded == 0) {
        return Optional.empty();
      }
      bytes.write(decoded);
      i += 2;
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /// A name as it stands in a URL.
  static String encode(String name) {
    StringBuilder text = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~/".indexOf(c) >= 0;
      if (plain) {
        text.append(c);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return text.toString();
  }
}
