package dev.ringrift.data;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.SourceListing;
import dev.ringrift.io.data.web.InventoryJson;
import dev.ringrift.io.data.web.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Asks sources what they have, all at once.
final class Inventories {
  /// Most sources.
  static final int SOURCES_MAX = 64;

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final WebClient web;
  private final Map<String, String> headers;

  Inventories(WebClient web, Map<String, String> headers) {
    this.web = web;
    this.headers = headers;
  }

  /// The listings of those that answer.
  ///
  /// @param problem is told of those that cannot be reached, and of what was left out
  /// @param fault is told of those that can never give anything as they were named: what is no URL
  ///     or no data server, and who refuses the token
  List<SourceListing> ask(List<URI> sources, Consumer<String> problem, Consumer<String> fault)
      throws InterruptedException {
    if (sources.isEmpty() || sources.size() > SOURCES_MAX) {
      throw new UserError(
          "%d sources were named".formatted(sources.size()),
          "",
          "name 1 to %d, as http://HOST:8766".formatted(SOURCES_MAX));
    }
    List<Future<Optional<SourceListing>>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      sources.stream().distinct().forEach(s -> all.add(threads.submit(() -> ask(s, problem))));
      List<SourceListing> listings = new ArrayList<>();
      for (Future<Optional<SourceListing>> each : all) {
        try {
          each.get().ifPresent(listings::add);
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof UserError known)) {
            throw new IllegalStateException("asking a source broke", e.getCause());
          }
          fault.accept(SyncRun.line(known));
        }
      }
      return listings;
    }
  }

  /// Empty when it cannot be reached.
  private Optional<SourceListing> ask(URI source, Consumer<String> problem)
      throws InterruptedException {
    if (source.getHost() == null || !String.valueOf(source.getScheme()).matches("(?i)https?")) {
      throw new UserError("'%s' is no source".formatted(source), "", "use http://HOST:8766");
    }
    String base = source.toString().replaceFirst("/+$", "");
    URI uri = URI.create(base + "/inventory.json");
    WebClient.Answer answer;
    try {
      answer = web.get(uri, headers, InventoryJson.BYTES_MAX, ANSWER_MAX);
    } catch (UserError e) {
      problem.accept(SyncRun.line(e));
      return Optional.empty();
    }
    if (answer.status() != 200) {
      throw new UserError(
          "%s gives no inventory".formatted(source),
          answer.status() == 401 || answer.status() == 403
              ? "it does not let us (%d)".formatted(answer.status())
              : "it answers %d to /inventory.json".formatted(answer.status()),
          answer.status() == 401 || answer.status() == 403
              ? "show it a token of its own cluster with the scope 'data'"
              : "is it a data server (port 8766)?");
    }
    try {
      return Optional.of(InventoryJson.read(base, answer.body().getBytes(), problem));
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "%s gives no inventory that can be read".formatted(source),
          String.valueOf(e.getMessage()),
          "");
    }
  }
}
