package dev.ringrift.io.api;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls and replies as they travel on a link: `{method, path, query, body, hops, caller}` and
/// `{status, content_type, body | gzip}`, where `gzip` is base64 of the compressed body, used for
/// what is large or no text.
public final class ApiWire {
  private static final int PLAIN_BYTES_MAX = 16 << 10;

  private static final int NAME_CHARS_MAX = 200;

  /// Most bytes of a reply when it is unpacked: the peer may be hostile.
  static final int UNPACKED_BYTES_MAX = 64 << 20;

  private ApiWire() {}

  /// @param vouching whether to say who asked; believed of voters, and of operators as to the name
  public static byte[] encode(ApiCall call, boolean vouching) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("method", call.method());
    node.put("path", call.path());
    ObjectNode query = node.putObject("query");
    call.query().forEach(query::put);
    node.put("body", call.body());
    node.put("hops", call.hops());
    if (vouching) {
      ObjectNode caller = node.putObject("caller");
      caller.put("kind", call.caller().kind().name());
      caller.put("name", call.caller().name());
      call.caller().role().ifPresent(role -> caller.put("role", role.name()));
      call.caller().scopes().forEach(caller.putArray("scopes")::add);
    }
    return Json.bytes(node);
  }

  /// Reads a call that `peer` sent.
  static ApiCall call(byte[] bytes, Transport.Peer peer) {
    JsonNode node = Json.tree(bytes);
    Map<String, String> query = new HashMap<>();
    node.path("query").forEachEntry((name, value) -> query.put(name, value.asString()));
    Caller caller = caller(node.path("caller"), peer);
    return new ApiCall(
        node.path("method").asString("GET"),
        node.path("path").asString("/"),
        query,
        node.path("body").asString(""),
        caller,
        Math.max(0, node.path("hops").asInt(0)));
  }

  private static Caller caller(JsonNode said, Transport.Peer peer) {
    if (peer.role() == Role.VOTER && said.isObject()) {
      return caller(said);
    }
    // The credential of an operator's command is made for that command; who gave it, it says.
    String name = peer.role() == Role.OPERATOR ? said.path("name").asString("") : "";
    boolean fit =
        !name.isBlank()
            && name.length() <= NAME_CHARS_MAX
            && name.chars().noneMatch(Character::isISOControl);
    return Caller.link(fit ? name : peer.node().value(), peer.role());
  }

  private static Caller caller(JsonNode node) {
    Set<String> scopes = new HashSet<>();
    node.path("scopes").forEach(scope -> scopes.add(scope.asString()));
    String role = node.path("role").asString("");
    return new Caller(
        Caller.Kind.valueOf(node.path("kind").asString("").toUpperCase(Locale.ROOT)),
        node.path("name").asString(""),
        role.isEmpty() ? Optional.empty() : Optional.of(Role.valueOf(role)),
        scopes);
  }

  static byte[] encode(ApiReply reply) {
    ObjectNode node = Json.shared().createObjectNode();
    node.put("status", reply.status());
    node.put("content_type", reply.contentType());
    // Other text may be a job's output, which need not be valid UTF-8.
    boolean text = reply.contentType().equals(ApiReply.JSON);
    if (text && reply.body().length <= PLAIN_BYTES_MAX) {
      node.put("body", reply.text());
    } else {
      node.put("gzip", Base64.getEncoder().encodeToString(pack(reply.body())));
    }
    byte[] bytes = Json.bytes(node);
    if (bytes.length > Transport.BODY_BYTES_MAX) {
      return encode(
          ApiReply.error(
              413,
              new UserError(
                  "the answer of %d MiB does not fit a link".formatted(reply.body().length >> 20),
                  "",
                  "ask for less at a time, with select and limit")));
    }
    return bytes;
  }

  /// Reads the reply to a call that was sent over a link.
  ///
  /// @throws IllegalArgumentException when it is none
  public static ApiReply reply(byte[] bytes) {
    JsonNode node = Json.tree(bytes);
    String packed = node.path("gzip").asString("");
    byte[] body =
        packed.isEmpty()
            ? node.path("body").asString("").getBytes(StandardCharsets.UTF_8)
            : unpack(Base64.getDecoder().decode(packed));
    return new ApiReply(
        node.path("status").asInt(500), node.path("content_type").asString(ApiReply.JSON), body);
  }

  private static byte[] pack(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] unpack(byte[] packed) {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] plain = gzip.readNBytes(UNPACKED_BYTES_MAX + 1);
      if (plain.length > UNPACKED_BYTES_MAX) {
        throw new IllegalArgumentException(
            "a reply is larger than %d MiB".formatted(UNPACKED_BYTES_MAX >> 20));
      }
      return plain;
    } catch (IOException e) {
      throw new IllegalArgumentException("a reply cannot be unpacked: " + e.getMessage(), e);
    }
  }
}
