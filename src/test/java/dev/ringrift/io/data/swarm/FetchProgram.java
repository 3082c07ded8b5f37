package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/// The engine as a program of its own, for tests that kill it and for measurements:
/// `TARGET manifest:FILE|sha256:HEX|none SOURCE...`, a source being a URL, `peer:BASE`, or
/// `holder:BASE` for a peer that is said to have all.
final class FetchProgram {
  private FetchProgram() {}

  public static void main(String[] words) throws Exception {
    Expected expected = expected(words[1]);
    List<Source> sources = sources(List.of(words).subList(2, words.length));
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct())) {
      Fetch fetch = engine.fetch(new FetchRequest(Path.of(words[0]), expected, sources));
      Fetch.Result result = fetch.result().join();
      System.out.printf("seconds %.3f%n", result.duration().toNanos() / 1e9);
      result.sources().forEach(each -> System.out.println("share " + each));
    } catch (CompletionException e) {
      System.out.println(e.getCause() instanceof UserError user ? user.text() : e.toString());
      throw e;
    }
  }

  static List<Source> sources(List<String> words) {
    List<Source> sources = new ArrayList<>();
    for (String word : words) {
      boolean holder = word.startsWith("holder:");
      if (holder || word.startsWith("peer:")) {
        String base = word.substring(word.indexOf(':') + 1);
        sources.add(new Source.Peer(URI.create(base), base, holder, Map.of()));
      } else {
        sources.add(new Source.Url(URI.create(word), Map.of()));
      }
    }
    return sources;
  }

  static Expected expected(String word) throws Exception {
    if (word.startsWith("manifest:")) {
      Manifest manifest = Manifest.decode(Files.readAllBytes(Path.of(word.substring(9))));
      return new Expected.Pieces(manifest, Optional.empty());
    }
    return word.startsWith("sha256:")
        ? new Expected.Whole(Sha256.parse(word.substring(7)))
        : new Expected.Unverified();
  }
}
