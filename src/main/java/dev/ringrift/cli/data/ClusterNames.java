package dev.ringrift.cli.data;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.CommandError;
import dev.ringrift.cli.ExitCode;
import dev.ringrift.cli.Facts;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.PathPattern;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.data.Aria2Transport;
import dev.ringrift.io.data.web.WebClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Published names that fit patterns, to be fetched to this machine from the nodes that hold them.
final class ClusterNames {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

  private final ClusterClient client;
  private final Aria2Transport transport;
  private final Map<String, String> headers;

  ClusterNames(ClusterClient client, Aria2Transport transport, Map<String, String> headers) {
    this.client = client;
    this.transport = transport;
    this.headers = headers;
  }

  /// The names that fit one of `patterns`, all without any; not those that are the cluster's own.
  ///
  /// @param problem gets a line for each pattern that nothing fits
  static List<JsonNode> matching(
      ClusterClient client, List<String> patterns, Consumer<String> problem) {
    List<JsonNode> all =
        Facts.items(client.get("/api/v1/data", Map.of())).stream()
            .filter(each -> !new DataName(Facts.text(each, "name")).internal())
            .toList();
    if (patterns.isEmpty()) {
      return all;
    }
    List<PathPattern> wanted = patterns.stream().map(ClusterNames::pattern).toList();
    for (PathPattern each : wanted) {
      if (all.stream().noneMatch(name -> fits(name, each))) {
        problem.accept(
            "no published name fits the pattern '%s'; 'data ls' lists them".formatted(each));
      }
    }
    return all.stream().filter(n -> wanted.stream().anyMatch(each -> fits(n, each))).toList();
  }

  private static PathPattern pattern(String text) {
    try {
      return PathPattern.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandError(
          ExitCode.BAD_INPUT,
          new UserError(String.valueOf(e.getMessage()), "", "write for example '*.pth'"));
    }
  }

  private static boolean fits(JsonNode name, PathPattern pattern) {
    return pattern.matches(new RelativePath(Facts.text(name, "name")));
  }

  /// Begins to fetch one name into a folder, below which it keeps its path.
  ///
  /// @throws UserError when no holder can be asked
  Fetch fetch(JsonNode name, Path folder) throws InterruptedException {
    ObjectId id = ObjectId.parse(Facts.text(name, "id"));
    List<Source> holders = new ArrayList<>();
    JsonNode told = client.get("/api/v1/data/holders", Map.of("id", id.toString()));
    for (JsonNode holder : Facts.items(told)) {
      String url = Facts.text(holder, "data");
      if (!url.isEmpty()) {
        holders.add(new Source.Peer(URI.create(url), Facts.text(holder, "node"), true, headers));
      }
    }
    if (holders.isEmpty()) {
      throw new UserError(
          "nobody can give %s".formatted(Facts.text(name, "name")),
          "no node that is up has all of it",
          "wait for one, or publish it again");
    }
    Path target = Wanting.within(folder, new RelativePath(Facts.text(name, "name")));
    Sha256 sha256 = Sha256.parse(Facts.text(name, "sha256"));
    Expected expected = new Expected.Pieces(manifest(id, holders), Optional.of(sha256));
    return transport.fetch(new FetchRequest(target, expected, holders));
  }

  private Manifest manifest(ObjectId id, List<Source> holders) throws InterruptedException {
    List<String> wrong = new ArrayList<>();
    for (Source holder : holders) {
      try {
        URI uri = URI.create("%s/o/%s/manifest".formatted(((Source.Peer) holder).base(), id));
        WebClient.Answer answer =
            transport.web().get(uri, headers, Manifest.ENCODED_BYTES_MAX, ANSWER_MAX);
        if (answer.status() == 200) {
          Manifest manifest = Manifest.decode(answer.body().getBytes());
          if (manifest.id().equals(id)) {
            return manifest;
          }
        }
        wrong.add(
            answer.status() == 401
                ? "%s lets nobody read without a token".formatted(holder.label())
                : "%s answers %d, or with another manifest"
                    .formatted(holder.label(), answer.status()));
      } catch (UserError e) {
        wrong.add("%s: %s".formatted(holder.label(), e.because()));
      } catch (IllegalArgumentException e) {
        wrong.add("%s gives no manifest: %s".formatted(holder.label(), e.getMessage()));
      }
    }
    throw new UserError(
        "no holder gives the piece hashes",
        String.join("; ", wrong),
        "from elsewhere than the tailnet: --header 'Authorization: Bearer TOKEN', with a token of"
            + " the scope 'data'");
  }
}
