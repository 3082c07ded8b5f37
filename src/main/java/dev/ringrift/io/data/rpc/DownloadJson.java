package dev.ringrift.io.data.rpc;

import dev.ringrift.agent.data.Fetch.Progress;
import dev.ringrift.agent.data.Fetch.Share;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.io.data.rpc.Download.State;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A download in aria2's words: every number is a string.
final class DownloadJson {
  private static final int PIECE_LENGTH_UNKNOWN = 1 << 20;

  private DownloadJson() {}

  /// As `aria2.tellStatus` answers.
  ///
  /// @param keys the fields that are wanted; none for all
  static Map<String, Object> status(Download download, Collection<String> keys) {
    Progress progress = progress(download);
    boolean active = download.state() == State.ACTIVE;
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("gid", download.gid());
    all.put("status", download.state().name().toLowerCase(Locale.ROOT));
    all.put("totalLength", "" + Math.max(0, progress.sizeBytes()));
    all.put("completedLength", "" + progress.doneBytes());
    all.put("uploadLength", "0");
    all.put("downloadSpeed", "" + (active ? progress.bytesPerSecond() : 0));
    all.put("uploadSpeed", "0");
    all.put(
        "connections",
        "" + (active ? progress.sources().stream().mapToInt(Share::connections).sum() : 0));
    Optional<Manifest> manifest = manifest(download);
    int pieceLength = manifest.map(Manifest::pieceLength).orElse(PIECE_LENGTH_UNKNOWN);
    all.put("pieceLength", "" + pieceLength);
    all.put("numPieces", "" + Math.ceilDiv(Math.max(0, progress.sizeBytes()), pieceLength));
    all.put("dir", String.valueOf(download.wanted().target().getParent()));
    all.put("files", files(download));
    switch (download.state()) {
      case COMPLETE -> error(all, 0, "");
      case ERROR -> error(all, 1, download.trouble());
      case REMOVED -> error(all, 31, "");
      case ACTIVE, WAITING, PAUSED -> {}
    }
    if (!keys.isEmpty()) {
      all.keySet().retainAll(keys);
    }
    return all;
  }

  private static void error(Map<String, Object> all, int code, String message) {
    all.put("errorCode", "" + code);
    all.put("errorMessage", message);
  }

  /// As `aria2.getFiles` answers.
  static List<Map<String, Object>> files(Download download) {
    Progress progress = progress(download);
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("index", "1");
    file.put("path", download.wanted().target().toString());
    file.put("length", "" + Math.max(0, progress.sizeBytes()));
    file.put("completedLength", "" + progress.doneBytes());
    file.put("selected", "true");
    file.put("uris", uris(download));
    return List.of(file);
  }

  /// As `aria2.getUris` answers.
  static List<Map<String, Object>> uris(Download download) {
    return download.wanted().uris().stream()
        .map(
            uri ->
                Map.<String, Object>of(
                    "uri", shown(uri), "status", download.fetch().isPresent() ? "used" : "waiting"))
        .toList();
  }

  /// As `aria2.getServers` answers, of one that is active.
  static List<Map<String, Object>> servers(Download download) {
    List<Map<String, Object>> servers = new ArrayList<>();
    for (Share share : progress(download).sources()) {
      if (share.connections() > 0) {
        String uri =
            download.wanted().uris().stream()
                .filter(one -> String.valueOf(one.getAuthority()).equals(share.label()))
                .findFirst()
                .map(DownloadJson::shown)
                .orElse(share.label());
        servers.add(
            Map.of("uri", uri, "currentUri", uri, "downloadSpeed", "" + share.bytesPerSecond()));
      }
    }
    return List.of(Map.of("index", "1", "servers", servers));
  }

  static long rate(Download download) {
    return download.state() == State.ACTIVE ? progress(download).bytesPerSecond() : 0;
  }

  private static Progress progress(Download download) {
    long size = manifest(download).map(Manifest::sizeBytes).orElse(-1L);
    return download
        .fetch()
        .map(fetch -> fetch.progress())
        .map(now -> download.state() == State.COMPLETE ? whole(now) : now)
        .orElseGet(() -> new Progress(size, 0, 0, 0, List.of()));
  }

  private static Progress whole(Progress last) {
    long size = Math.max(last.sizeBytes(), last.doneBytes());
    return new Progress(size, size, 0, 0, last.sources());
  }

  private static Optional<Manifest> manifest(Download download) {
    return download.wanted().expected() instanceof Expected.Pieces pieces
        ? Optional.of(pieces.manifest())
        : Optional.empty();
  }

  /// Without the name and password that may be in it, and without its query, which may be a
  /// signature that lets anybody have the file: whoever may read is not told secrets.
  private static String shown(URI uri) {
    String info = uri.getRawUserInfo();
    String text = info == null ? uri.toString() : uri.toString().replace(info + "@", "");
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query) + "?...";
  }
}
