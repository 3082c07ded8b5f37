package dev.ringrift.io.data.swarm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Asks plain URLs how large their file is, where nobody else has said it.
final class Probe {
  private static final long PATIENCE_SECONDS = 10;

  private Probe() {}

  /// What one source says of its file.
  ///
  /// @param sizeBytes empty when it does not say
  /// @param tag its ETag, or empty
  record Told(SwarmSource source, OptionalLong sizeBytes, String tag, boolean ranges) {
    /// Of one that says it.
    long bytes() {
      return sizeBytes.orElseThrow();
    }

    /// Whether two files with this ETag are the same to the byte.
    boolean strongTag() {
      return !tag.isEmpty() && !tag.startsWith("W/");
    }
  }

  /// Asks all at once. One that does not answer in time, or not well, has its trouble noted.
  static List<Told> ask(List<SwarmSource> sources, Executor executor) {
    List<CompletableFuture<Optional<Told>>> asked =
        sources.stream()
            .map(each -> CompletableFuture.supplyAsync(() -> one(each), executor))
            .map(
                each ->
                    each.completeOnTimeout(Optional.empty(), PATIENCE_SECONDS, TimeUnit.SECONDS))
            .toList();
    List<Told> told = new ArrayList<>();
    asked.forEach(each -> each.join().ifPresent(told::add));
    return told;
  }

  /// What most of them say, by `what`; of equally many the first.
  static <T> T most(List<Told> told, Function<Told, T> what) {
    Map<T, Long> votes =
        told.stream().map(what).collect(Collectors.groupingBy(each -> each, Collectors.counting()));
    long most = votes.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    return told.stream()
        .map(what)
        .filter(each -> votes.getOrDefault(each, 0L) == most)
        .findFirst()
        .orElseThrow();
  }

  private static Optional<Told> one(SwarmSource source) {
    try {
      Asker.Reply reply =
          source.asker().ask(source.data(), Map.of("Range", "bytes=0-0"), connection -> {});
      source.asker().drop(reply.connection());
      ReplyHead head = reply.head();
      String tag = head.header("etag");
      return switch (head.status()) {
        case 206 -> Optional.of(new Told(source, size(head), tag, true));
        case 200 -> Optional.of(new Told(source, head.length(), tag, false));
        case 416 -> Optional.of(new Told(source, OptionalLong.of(0), tag, true));
        default -> trouble(source, "it answered %d".formatted(head.status()));
      };
    } catch (IOException | IllegalArgumentException e) {
      return trouble(source, Ways.reason(e));
    }
  }

  private static OptionalLong size(ReplyHead head) {
    return head.range().stream().mapToLong(ReplyHead.ContentRange::size).findFirst();
  }

  private static Optional<Told> trouble(SwarmSource source, String why) {
    source.trouble(why);
    return Optional.empty();
  }
}
