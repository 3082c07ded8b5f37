package dev.ringrift.io.data.rpc;

import dev.ringrift.core.data.Sha256;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The options of a download that a caller may set; an option that could do more than fetch a file
/// (hooks, logs, sessions, proxies) is refused by its name.
///
/// @param dir within the jail; may be empty
/// @param out the file's name; may be empty
/// @param gid that the caller chose; may be empty
record AddOptions(
    String dir,
    String out,
    String gid,
    boolean paused,
    boolean overwrite,
    Optional<Sha256> sha256,
    Map<String, String> headers) {
  private static final int HEADERS_MAX = 32;

  // How much at a time is the engine's own business; clients send these by habit.
  private static final Set<String> PASSED_OVER =
      Set.of(
          "allow-piece-length-change",
          "always-resume",
          "auto-file-renaming",
          "check-integrity",
          "connect-timeout",
          "continue",
          "file-allocation",
          "force-save",
          "max-connection-per-server",
          "max-download-limit",
          "max-tries",
          "min-split-size",
          "piece-length",
          "remote-time",
          "retry-wait",
          "split",
          "timeout");

  AddOptions {
    headers = Map.copyOf(headers);
  }

  static AddOptions of(JsonNode options) {
    if (!options.isMissingNode() && !options.isObject()) {
      throw RpcError.refused("The options have wrong type.");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    String dir = "";
    String out = "";
    String gid = "";
    boolean paused = false;
    boolean overwrite = false;
    Optional<Sha256> sha256 = Optional.empty();
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      JsonNode value = option.getValue();
      switch (option.getKey()) {
        case "dir" -> dir = value.asString("");
        case "out" -> out = value.asString("");
        case "gid" -> gid = Gid.checked(value.asString(""));
        case "pause" -> paused = value.asString("").equals("true");
        case "allow-overwrite" -> overwrite = value.asString("").equals("true");
        case "checksum" -> sha256 = Optional.of(checksum(value.asString("")));
        case "header" -> addHeaders(value, headers);
        default -> {
          if (!PASSED_OVER.contains(option.getKey())) {
            throw RpcError.refused("the option '%s' cannot be set here".formatted(option.getKey()));
          }
        }
      }
    }
    return new AddOptions(dir, out, gid, paused, overwrite, sha256, headers);
  }

  private static Sha256 checksum(String text) {
    try {
      if (text.startsWith("sha-256=")) {
        return Sha256.parse(text.substring("sha-256=".length()));
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw RpcError.refused("the checksum '%s' is none: write sha-256=DIGEST".formatted(text));
  }

  private static void addHeaders(JsonNode value, Map<String, String> headers) {
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      String line = item.asString("");
      int colon = line.indexOf(':');
      if (colon < 1 || line.chars().anyMatch(Character::isISOControl)) {
        throw RpcError.refused("'%s' is no header".formatted(line.replaceAll("\\p{Cntrl}", "?")));
      }
      headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
    if (headers.size() > HEADERS_MAX) {
      throw RpcError.refused("more than %d headers".formatted(HEADERS_MAX));
    }
  }
}
