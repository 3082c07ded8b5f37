package dev.ringrift.io.data.aria2;

import dev.ringrift.agent.data.Fetch.Progress;
import dev.ringrift.agent.data.Fetch.Share;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.data.metalink.Metalink;
import dev.ringrift.io.data.metalink.MetalinkText;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// One download in `aria2c`, given to it again when it dies. `run` blocks; the rest is
/// thread-safe.
final class Aria2Download {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final int DEATHS_MAX = 5;

  private final FetchRequest request;
  private final List<Source> sources;
  private final PartFolder folder;
  private final Aria2Settings settings;
  private final Aria2Process process;
  private final Cancel cancel;
  private final Gains gains = new Gains();
  private final ConcurrentLinkedQueue<Source> added = new ConcurrentLinkedQueue<>();
  private volatile Figures figures;

  Aria2Download(
      FetchRequest request,
      List<Source> sources,
      PartFolder folder,
      Aria2Settings settings,
      Aria2Process process,
      Cancel cancel) {
    this.request = request;
    this.sources = sources;
    this.folder = folder;
    this.settings = settings;
    this.process = process;
    this.cancel = cancel;
    this.figures = new Figures(size(request), 0, 0, 0);
  }

  private record Figures(long size, long done, long rate, int piecesLeft) {}

  /// Returns how many bytes came, when aria2 says that it has them all.
  ///
  /// @throws UserError when it cannot get them
  long run() throws InterruptedException {
    for (int deaths = 0; ; deaths++) {
      Aria2Rpc rpc = process.rpc();
      try {
        return follow(rpc);
      } catch (Aria2Rpc.Gone e) {
        if (deaths == DEATHS_MAX) {
          throw new UserError(
              "aria2c died %d times under this file".formatted(deaths + 1),
              String.valueOf(e.getMessage()),
              "");
        }
        cancel.pause(LOOK_EVERY);
      }
    }
  }

  private long follow(Aria2Rpc rpc) throws Aria2Rpc.Gone, InterruptedException {
    // What lies there from before is hashed by aria2 and then counts as completed.
    boolean first = Files.exists(folder.data());
    String gid = begin(rpc);
    long before = 0;
    long at = 0;
    try {
      while (true) {
        JsonNode status = rpc.call("tellStatus", gid);
        long done = status.path("completedLength").asLong(0);
        if (first) {
          before = done;
          at = done;
          first = false;
        }
        look(rpc, gid, status, done - at);
        at = done;
        switch (status.path("status").asString("")) {
          case "complete" -> {
            gains.end(done - before, sources.stream().map(this::url).toList());
            return done - before;
          }
          case "error", "removed" -> throw refused(status);
          default -> {}
        }
        for (Source more = added.poll(); more != null; more = added.poll()) {
          rpc.call("changeUri", gid, 1, List.of(), List.of(uri(more)));
        }
        cancel.pause(LOOK_EVERY);
      }
    } finally {
      forget(rpc, gid);
    }
  }

  private void look(Aria2Rpc rpc, String gid, JsonNode status, long gained)
      throws Aria2Rpc.Gone, InterruptedException {
    long total = status.path("totalLength").asLong(0);
    int pieces = status.path("numPieces").asInt(0);
    int have = 0;
    for (char digit : status.path("bitfield").asString("").toCharArray()) {
      have += Integer.bitCount(Character.digit(digit, 16));
    }
    figures =
        new Figures(
            total > 0 ? total : size(request),
            status.path("completedLength").asLong(0),
            status.path("downloadSpeed").asLong(0),
            Math.max(0, pieces - have));
    if (status.path("status").asString("").equals("active")) {
      try {
        gains.look(rpc.call("getServers", gid), Math.max(0, gained));
      } catch (UserError e) {
        gains.look(MissingNode.getInstance(), 0); // it has just ended
      }
    }
  }

  private String begin(Aria2Rpc rpc) throws Aria2Rpc.Gone, InterruptedException {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("dir", folder.path().toString());
    options.put("split", "" + settings.splitPerSource() * sources.size());
    options.put("allow-overwrite", "true");
    options.put(
        "header",
        sources.getFirst().headers().entrySet().stream()
            .map(header -> header.getKey() + ": " + header.getValue())
            .toList());
    if (request.expected() instanceof Expected.Pieces pieces
        && pieces.manifest().pieceCount() > 0) {
      options.put("check-integrity", "true");
      Metalink metalink =
          Metalink.of(
              new RelativePath(folder.name()),
              pieces.manifest(),
              pieces.sha256(),
              sources.stream().map(this::url).toList());
      byte[] document = MetalinkText.write(metalink).getBytes(StandardCharsets.UTF_8);
      JsonNode gids =
          rpc.call("addMetalink", Base64.getEncoder().encodeToString(document), options);
      return gids.path(0).asString("");
    }
    options.put("continue", "false");
    options.put("out", folder.name());
    return rpc.call("addUri", sources.stream().map(this::uri).toList(), options).asString("");
  }

  private String uri(Source source) {
    return url(source).toASCIIString();
  }

  private URI url(Source source) {
    return SourceList.url(source, request.expected());
  }

  private void forget(Aria2Rpc rpc, String gid) throws InterruptedException {
    for (String method : List.of("forceRemove", "removeDownloadResult")) {
      try {
        rpc.call(method, gid);
      } catch (Aria2Rpc.Gone | UserError e) {
        // it has ended by itself, or aria2c has
      }
    }
  }

  private UserError refused(JsonNode status) {
    int code = status.path("errorCode").asInt(0);
    return new UserError(
        "%s cannot be fetched from %s"
            .formatted(
                request.target().getFileName(),
                String.join(", ", sources.stream().map(Source::label).toList())),
        "aria2 says %s (exit status %d)%s"
            .formatted(
                status.path("errorMessage").asString("nothing").strip(),
                code,
                settings.proxies().http().map(uri -> ", through the proxy " + uri).orElse("")),
        code == 9 ? "make room on the disk" : "are the sources up, and do they have the file?");
  }

  /// The size that a request knows; -1 where it does not.
  static long size(FetchRequest request) {
    return request.expected() instanceof Expected.Pieces pieces
        ? pieces.manifest().sizeBytes()
        : -1;
  }

  void add(Source source) {
    added.add(source);
  }

  Gains gains() {
    return gains;
  }

  Progress progress(List<Share> shares) {
    Figures now = figures;
    return new Progress(now.size(), now.done(), now.rate(), now.piecesLeft(), shares);
  }
}
