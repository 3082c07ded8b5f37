package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// Sends a file of this machine to a voter, in parts.
public final class Upload {
  private static final int PART_BYTES = 1 << 20;
  private static final Duration POLL = Duration.ofMillis(200);

  private Upload() {}

  /// @return `id`, `size_bytes` and `sha256` of what was sent
  public static Map<String, Object> send(ClusterClient client, Path file, Shell shell) {
    String key = UUID.randomUUID().toString();
    ProgressLine line = new ProgressLine(shell);
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer part = ByteBuffer.allocate(PART_BYTES);
      long offset = 0;
      while (channel.read(part) >= 0 || part.position() > 0) {
        part.flip();
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        part.clear();
        post(client, key, offset, bytes, false);
        offset += bytes.length;
        line.show(
            "%s: %s of %s sent"
                .formatted(file.getFileName(), Sizes.text(offset), Sizes.text(channel.size())));
      }
      JsonNode state = post(client, key, offset, new byte[0], true);
      while (Facts.text(state, "id").isEmpty()) {
        shell.pause().accept(POLL);
        state = post(client, key, offset, new byte[0], true);
      }
      Map<String, Object> content = new LinkedHashMap<>();
      content.put("id", Facts.text(state, "id"));
      content.put("size_bytes", Facts.number(state, "size_bytes"));
      content.put("sha256", Facts.text(state, "sha256"));
      return content;
    } catch (IOException e) {
      throw new UserError("cannot read " + file, e.toString(), "is it a file that you may read?");
    } finally {
      line.clear();
    }
  }

  private static JsonNode post(
      ClusterClient client, String key, long offset, byte[] bytes, boolean last) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("key", key);
    body.put("offset", offset);
    body.put("data", Base64.getEncoder().encodeToString(bytes));
    body.put("last", last);
    return client.post("/api/v1/data/upload", body);
  }
}
