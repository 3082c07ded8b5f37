package dev.ringrift.io.data.aria2;

import dev.ringrift.agent.data.Fetch.Share;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.io.data.web.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The sources of one fetch and what is wrong with them. Thread-safe.
///
/// aria2 sends one set of headers to all sources of a file. So that nobody is shown what is meant
/// for another, only those are used that get the same as the first.
final class SourceList {
  /// Most sources of a file.
  static final int SOURCES_MAX = 64;

  private final Expected expected;
  private final Map<Source, String> troubles = new LinkedHashMap<>();

  SourceList(FetchRequest request) {
    this.expected = request.expected();
    request.sources().forEach(this::add);
  }

  /// Whether it is new and can be used.
  synchronized boolean add(Source source) {
    if (troubles.containsKey(source) || troubles.size() >= SOURCES_MAX) {
      return false;
    }
    boolean sameHeaders =
        troubles.isEmpty()
            || troubles.keySet().iterator().next().headers().equals(source.headers());
    String trouble = sameHeaders ? "" : "aria2 would send it another source's headers";
    if (source instanceof Source.Peer && !(expected instanceof Expected.Pieces)) {
      trouble = "it is asked by id, and the id is not known";
    }
    troubles.put(source, trouble);
    return trouble.isEmpty();
  }

  synchronized List<Source> usable() {
    return troubles.entrySet().stream()
        .filter(entry -> entry.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Notes that what came was wrong.
  ///
  /// @param alone whether this source alone gave it
  synchronized void blame(Source source, boolean alone, String trouble) {
    if (alone) {
      troubles.put(source, "it gave a wrong file: " + trouble);
    }
  }

  /// Leaves only sources that say the same size and strong ETag as the first that answers, which is
  /// alone when it says none: without any hash, parts of different files must not be put together.
  void keepAgreeing(WebClient web, Duration longest) throws InterruptedException {
    Optional<Said> agreed = Optional.empty();
    for (Source source : usable()) {
      Said said;
      try {
        said = said(web.head(url(source, Optional.empty()), source.headers(), longest));
      } catch (UserError e) {
        note(source, e.because());
        continue;
      }
      if (agreed.isEmpty()) {
        agreed = Optional.of(said);
      } else if (!agreed.get().equals(said)) {
        note(source, "it has another file: %s, not %s".formatted(said, agreed.get()));
      } else if (!said.strong()) {
        note(source, "without a hash or a strong ETag nothing says that its file is the same");
      }
    }
    if (usable().isEmpty()) {
      throw new UserError(
          "no source answers as it should", trouble().orElse(""), "are the addresses right?");
    }
  }

  /// What a source says of its file.
  private record Said(String size, String etag) {
    boolean strong() {
      return !etag.isEmpty() && !etag.startsWith("W/");
    }

    @Override
    public String toString() {
      return "%s bytes%s".formatted(size, etag.isEmpty() ? "" : " with ETag " + etag);
    }
  }

  private static Said said(WebClient.Answer answer) {
    if (answer.status() != 200) {
      throw new UserError("", "it answers %d".formatted(answer.status()), "");
    }
    return new Said(
        answer.header("content-length").orElse("unknown"), answer.header("etag").orElse(""));
  }

  private synchronized void note(Source source, String trouble) {
    troubles.put(source, trouble);
  }

  synchronized String labels() {
    return troubles.keySet().stream().map(Source::label).collect(Collectors.joining(", "));
  }

  /// Why sources are not used, if some are not.
  synchronized Optional<String> trouble() {
    String text =
        troubles.entrySet().stream()
            .filter(entry -> !entry.getValue().isEmpty())
            .map(entry -> entry.getKey().label() + ": " + entry.getValue())
            .collect(Collectors.joining("\n"));
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  synchronized List<Share> shares(Gains gains) {
    List<Share> shares = new ArrayList<>();
    troubles.forEach(
        (source, trouble) -> shares.add(gains.of(url(source, expected), source.label(), trouble)));
    return shares;
  }

  static URI url(Source source, Expected expected) {
    return url(
        source,
        expected instanceof Expected.Pieces pieces
            ? Optional.of(pieces.manifest().id().toString())
            : Optional.empty());
  }

  private static URI url(Source source, Optional<String> id) {
    return switch (source) {
      case Source.Url url -> url.url();
      case Source.Peer peer -> peer.base().resolve("/o/%s/data".formatted(id.orElse("")));
    };
  }
}
