package dev.ringrift.core.data;

import dev.ringrift.core.data.SourceListing.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which files are to be fetched, and which sources have the same bytes of each.
///
/// Sources mirror each other where the content is the same, under whatever names, and never because
/// names are: two nodes may each have a `selfplay.db` of their own. Where they have, the newest is
/// taken and the plan says so.
///
/// @param files by path
/// @param problems what a person has to know: names with several contents, patterns without a file
public record SyncPlan(List<Wanted> files, List<String> problems) {
  public SyncPlan {
    files = List.copyOf(files);
    problems = List.copyOf(problems);
  }

  /// One file and who has it.
  ///
  /// @param path where it is to lie
  /// @param places where it can be fetched, newest first; the first is the one that was chosen
  public record Wanted(
      RelativePath path,
      long sizeBytes,
      long modifiedMillis,
      Optional<ObjectId> id,
      Optional<Sha256> sha256,
      List<Place> places) {
    public Wanted {
      places = List.copyOf(places);
    }
  }

  /// A file of a source.
  ///
  /// @param path under which that source has it
  /// @param complete whether it has all of it
  public record Place(String source, RelativePath path, boolean complete) {}

  private record Found(String source, Entry entry) {
    Place place() {
      return new Place(source, entry.path(), entry.complete());
    }

    Optional<Object> content() {
      return entry.sha256().<Object>map(hash -> hash).or(() -> entry.id());
    }
  }

  /// @param patterns none for all files
  public static SyncPlan of(List<SourceListing> listings, List<PathPattern> patterns) {
    Map<RelativePath, List<Found>> byPath = new TreeMap<>();
    Map<Object, List<Found>> byContent = new LinkedHashMap<>();
    for (SourceListing listing : listings) {
      for (Entry entry : listing.entries()) {
        Found found = new Found(listing.source(), entry);
        found
            .content()
            .ifPresent(key -> byContent.computeIfAbsent(key, k -> new ArrayList<>()).add(found));
        if (patterns.isEmpty() || patterns.stream().anyMatch(p -> p.matches(entry.path()))) {
          byPath.computeIfAbsent(entry.path(), k -> new ArrayList<>()).add(found);
        }
      }
    }
    List<String> problems = new ArrayList<>();
    for (PathPattern pattern : patterns) {
      if (byPath.keySet().stream().noneMatch(pattern::matches)) {
        problems.add("the pattern '%s' matches no file of these sources".formatted(pattern));
      }
    }
    List<Wanted> files = new ArrayList<>();
    byPath.forEach((path, found) -> files.add(wanted(path, found, byContent, problems)));
    return new SyncPlan(files, problems);
  }

  private static Wanted wanted(
      RelativePath path,
      List<Found> found,
      Map<Object, List<Found>> byContent,
      List<String> problems) {
    Comparator<Found> newest = Comparator.comparingLong(one -> -one.entry().modifiedMillis());
    List<Found> order = found.stream().sorted(newest).toList();
    Found chosen = order.getFirst();
    Optional<Object> content = chosen.content();
    List<Found> others = order.stream().filter(one -> !same(chosen, one)).toList();
    if (!others.isEmpty()) {
      problems.add(conflict(path, chosen, others));
    }
    List<Found> mirrors =
        content.isPresent() ? byContent.getOrDefault(content.get(), List.of()) : List.of();
    List<Place> places = new ArrayList<>(List.of(chosen.place()));
    mirrors.stream().filter(one -> !one.equals(chosen)).map(Found::place).forEach(places::add);
    Optional<ObjectId> id =
        chosen
            .entry()
            .id()
            .or(() -> mirrors.stream().flatMap(one -> one.entry().id().stream()).findFirst());
    return new Wanted(
        path,
        chosen.entry().sizeBytes(),
        chosen.entry().modifiedMillis(),
        id,
        chosen.entry().sha256(),
        places);
  }

  /// Without hashes nobody knows; the same size at the same time is no difference to speak of.
  private static boolean same(Found a, Found b) {
    if (a.content().isPresent() && b.content().isPresent()) {
      return a.content().equals(b.content());
    }
    return a.entry().sizeBytes() == b.entry().sizeBytes();
  }

  private static String conflict(RelativePath path, Found chosen, List<Found> others) {
    return "%s has other content at %s: the newest was taken, that of %s"
        .formatted(
            path,
            others.stream().map(Found::source).collect(Collectors.joining(", ")),
            chosen.source());
  }
}
