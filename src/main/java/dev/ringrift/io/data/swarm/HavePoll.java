package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Source;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.PieceSet;
import dev.ringrift.io.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Keeps asking a peer which pieces it has, on a thread of its own. That it has no room for the
/// question says nothing of its pieces, nor does it when one that has answered before is slow once:
/// whether it gives them is seen where they are asked for.
final class HavePoll implements Runnable {
  private static final int BODY_BYTES_MAX = 256 << 10;
  private static final int WAIT_SECONDS = 20;
  private static final long PAUSE_MILLIS = 200;
  private static final long BUSY_MILLIS = 1_000;

  /// It has no room for the question now.
  private static final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final SwarmSource source;
  private final URI have;
  private final int pieces;
  private final Swarm swarm;

  HavePoll(SwarmSource source, ObjectId id, int pieces, Swarm swarm) {
    this.source = source;
    this.have = SwarmSource.at(((Source.Peer) source.source()).base(), Optional.of(id), "have");
    this.pieces = pieces;
    this.swarm = swarm;
  }

  @Override
  public void run() {
    long generation = -1;
    int failures = 0;
    try {
      if (source.complete()) {
        Thread.sleep(PAUSE_MILLIS); // it is asked for bytes meanwhile
      }
      while (swarm.wants(source)) {
        try {
          generation = poll(generation);
          failures = 0;
          Thread.sleep(PAUSE_MILLIS);
        } catch (BusyException e) {
          Thread.sleep(BUSY_MILLIS);
        } catch (IOException | IllegalArgumentException e) {
          if (generation < 0 || e instanceof IllegalArgumentException) {
            swarm.fault(source, Ways.reason(e));
          }
          generation = -1;
          failures++;
          Thread.sleep(1000L << Math.min(failures, 5));
        }
      }
    } catch (InterruptedException e) {
      // The fetch is over.
    }
  }

  private long poll(long since) throws IOException {
    String query = since < 0 ? "" : "?since=%d&wait=%d".formatted(since, WAIT_SECONDS);
    URI uri = URI.create(have + query);
    Asker.Reply reply = source.asker().ask(uri, Map.of(), connection -> {});
    JsonNode told;
    try {
      if (reply.head().status() == 503 || reply.head().status() == 429) {
        throw new BusyException();
      }
      if (reply.head().status() != 200) {
        throw new IOException(
            reply.head().status() == 404
                ? "it does not have it"
                : "it answered %d".formatted(reply.head().status()));
      }
      told = Json.tree(body(reply.connection()));
      source.asker().giveBack(reply.connection());
    } catch (IOException | RuntimeException e) {
      source.asker().drop(reply.connection());
      throw e;
    }
    if (told.path("pieces").asInt(-1) != pieces) {
      throw new IllegalArgumentException("it counts other pieces than the manifest");
    }
    swarm.has(source, set(told.path("have")), set(told.path("coming")));
    return told.path("gen").asLong(0);
  }

  private PieceSet set(JsonNode bits) {
    return PieceSet.of(pieces, Base64.getDecoder().decode(bits.asString("")));
  }

  private static byte[] body(HttpConnection connection) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
    while (connection.read(buffer.clear()) >= 0) {
      buffer.flip();
      body.write(buffer.array(), 0, buffer.limit());
      if (body.size() > BODY_BYTES_MAX) {
        throw new IOException("its list of pieces is longer than %d".formatted(BODY_BYTES_MAX));
      }
    }
    return body.toByteArray();
  }
}
