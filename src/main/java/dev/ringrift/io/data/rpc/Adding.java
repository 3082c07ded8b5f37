package dev.ringrift.io.data.rpc;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.UserError;
import dev.ringrift.io.data.files.Jail;
import dev.ringrift.io.data.metalink.Metalink;
import dev.ringrift.io.data.metalink.MetalinkText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// `aria2.addUri` and `aria2.addMetalink`: what a caller wants, made into downloads.
final class Adding {
  private final Downloads downloads;
  private final Jail jail;

  Adding(Downloads downloads, Jail jail) {
    this.downloads = downloads;
    this.jail = jail;
  }

  /// Returns the gid.
  String uri(CallParams params) {
    List<URI> uris = params.uris(0);
    if (uris.isEmpty()) {
      throw RpcError.refused("URI is not provided.");
    }
    AddOptions options = AddOptions.of(params.get(1));
    String out = options.out().isEmpty() ? nameOf(uris.getFirst()) : options.out();
    Path target = target(options.dir(), out);
    Expected expected =
        options.sha256().<Expected>map(Expected.Whole::new).orElseGet(Expected.Unverified::new);
    if (expected instanceof Expected.Unverified && !options.overwrite() && Files.exists(target)) {
      throw RpcError.refused(
          "%s exists: give its checksum, or set allow-overwrite".formatted(target));
    }
    String gid = options.gid().isEmpty() ? Gid.fresh() : options.gid();
    downloads.add(gid, new Wanted(target, expected, uris, options.headers()), options.paused());
    return gid;
  }

  /// Returns the gids, one a file.
  List<String> metalink(CallParams params) {
    AddOptions options = AddOptions.of(params.get(1));
    List<Wanted> all = new ArrayList<>();
    for (Metalink.Entry file : document(params.text(0)).files()) {
      if (file.expected() instanceof Expected.Unverified) {
        throw RpcError.refused(
            "%s has no SHA-256 hash in this metalink: add its URIs with addUri"
                .formatted(file.name()));
      }
      Path target = target(options.dir(), file.name().text());
      all.add(new Wanted(target, file.expected(), web(file.urls()), options.headers()));
    }
    List<String> gids = new ArrayList<>();
    for (Wanted wanted : all) {
      String gid = Gid.fresh();
      downloads.add(gid, wanted, options.paused());
      gids.add(gid);
    }
    return gids;
  }

  private Path target(String dir, String out) {
    try {
      return jail.target(dir, out);
    } catch (UserError e) {
      throw RpcError.refused(e.because().isEmpty() ? e.what() : e.what() + ": " + e.because());
    } catch (IOException e) {
      throw RpcError.refused("cannot look at the folder of '%s': %s".formatted(out, e));
    }
  }

  private static Metalink document(String base64) {
    try {
      return MetalinkText.read(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw RpcError.refused("the metalink is not in base 64");
    } catch (UserError e) {
      throw RpcError.refused("%s: %s".formatted(e.what(), e.because()));
    }
  }

  /// A metalink may also name other protocols, which others fetch.
  private static List<URI> web(List<URI> uris) {
    return uris.stream()
        .filter(uri -> uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?"))
        .limit(Downloads.URIS_MAX)
        .toList();
  }

  private static String nameOf(URI uri) {
    String path = uri.getPath() == null ? "" : uri.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() ? "index.html" : name;
  }
}
