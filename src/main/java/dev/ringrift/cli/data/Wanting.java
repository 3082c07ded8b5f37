package dev.ringrift.cli.data;

import dev.ringrift.cli.CommandError;
import dev.ringrift.cli.ExitCode;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.io.data.files.Jail;
import dev.ringrift.io.data.metalink.Metalink;
import dev.ringrift.io.data.metalink.MetalinkText;
import dev.ringrift.io.data.web.WebClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What a person wants to get, made into files with hashes and sources.
final class Wanting {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

  private final WebClient web;
  private final Map<String, String> headers;
  private final boolean verify;
  private final Set<String> named = new HashSet<>();

  Wanting(WebClient web, Map<String, String> headers, boolean verify) {
    this.web = web;
    this.headers = headers;
    this.verify = verify;
  }

  List<Metalink.Entry> files(List<URI> urls, Optional<String> sha256, Optional<String> meta4)
      throws InterruptedException {
    urls.forEach(uri -> named.add(String.valueOf(uri.getAuthority())));
    if (meta4.isPresent()) {
      return document(meta4.get()).files();
    }
    if (urls.isEmpty()) {
      throw bad("no source was named", "name one URL or more, or a metalink with --meta4");
    }
    RelativePath name = nameOf(urls.getFirst());
    Optional<Sha256> hash = sha256.map(Wanting::hash);
    if (hash.isEmpty() && verify) {
      Optional<Metalink.Entry> known = known(urls.getFirst());
      if (known.isPresent()) {
        return List.of(with(known.get(), name, urls));
      }
    }
    return List.of(new Metalink.Entry(name, OptionalLong.empty(), hash, Optional.empty(), urls));
  }

  /// What one of our data servers says of its file; others do not know the question.
  private Optional<Metalink.Entry> known(URI url) throws InterruptedException {
    if (url.getRawQuery() != null) {
      return Optional.empty();
    }
    WebClient.Answer answer;
    try {
      answer =
          web.get(URI.create(url + "?meta4"), headersFor(url), MetalinkText.BYTES_MAX, ANSWER_MAX);
    } catch (UserError e) {
      return Optional.empty(); // it may be that this server gives anything but the whole file
    }
    if (answer.status() == 401 || answer.status() == 403) {
      throw new UserError(
          "%s does not let us read it".formatted(url.getAuthority()),
          "it answers %d".formatted(answer.status()),
          "show it a token of its own cluster, of the scope 'data':"
              + " --header 'Authorization: Bearer TOKEN'");
    }
    try {
      boolean metalink =
          answer.header("content-type").orElse("").startsWith(MetalinkText.MEDIA_TYPE);
      return answer.status() == 200 && metalink
          ? Optional.of(MetalinkText.read(answer.body().getBytes()).files().getFirst())
          : Optional.empty();
    } catch (UserError e) {
      return Optional.empty(); // it has something else under that address
    }
  }

  private static Metalink.Entry with(Metalink.Entry known, RelativePath name, List<URI> urls) {
    Set<URI> all = new LinkedHashSet<>(urls);
    all.addAll(known.urls());
    return new Metalink.Entry(
        name, known.sizeBytes(), known.sha256(), known.manifest(), List.copyOf(all));
  }

  private Metalink document(String where) throws InterruptedException {
    if (!where.matches("https?://.*")) {
      return CommandError.badInput(() -> MetalinkText.read(bytes(Path.of(where))));
    }
    URI uri = FetchOptions.uri(where);
    named.add(String.valueOf(uri.getAuthority()));
    WebClient.Answer answer = web.get(uri, headers, MetalinkText.BYTES_MAX, ANSWER_MAX);
    if (answer.status() != 200) {
      throw new UserError(
          "%s gives no metalink".formatted(uri), "it answers " + answer.status(), "");
    }
    return MetalinkText.read(answer.body().getBytes());
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UserError(
          "there is no metalink %s".formatted(file), "", "name a file, or an address http://...");
    } catch (IOException e) {
      throw new UserError("cannot read the metalink %s".formatted(file), e.toString(), "");
    }
  }

  /// A person's headers are for the servers that they named, not for those that a document names.
  Map<String, String> headersFor(URI uri) {
    return named.contains(String.valueOf(uri.getAuthority())) ? headers : Map.of();
  }

  Path target(Path dir, Optional<String> chosen, Metalink.Entry file) {
    if (chosen.isPresent()) {
      return dir.resolve(chosen.get()).toAbsolutePath().normalize();
    }
    return within(dir, file.name());
  }

  /// Where a file of that name belongs below a folder, which is made.
  static Path within(Path folder, RelativePath name) {
    try {
      return new Jail(folder).target(name);
    } catch (IOException e) {
      throw new UserError(
          "cannot write into " + folder,
          Files.exists(folder) && !Files.isDirectory(folder) ? "it is no folder" : e.toString(),
          "choose another folder, or change who may write there");
    }
  }

  private static RelativePath nameOf(URI uri) {
    String path = uri.getPath() == null ? "" : uri.getPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    try {
      return new RelativePath(last.isEmpty() ? "index.html" : last);
    } catch (IllegalArgumentException e) {
      throw bad("'%s' names no file".formatted(uri), "give it a name with -o");
    }
  }

  private static Sha256 hash(String hex) {
    try {
      return Sha256.parse(hex);
    } catch (IllegalArgumentException e) {
      throw bad(String.valueOf(e.getMessage()), "");
    }
  }

  private static RuntimeException bad(String what, String mend) {
    return new CommandError(ExitCode.BAD_INPUT, new UserError(what, "", mend));
  }
}
