package dev.ringrift.io.keeper;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.core.jobs.AttemptId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the keeper remembers, as the entries of its journal say: replaying them gives it again.
/// Not thread-safe: the keeper's loop is the only caller.
final class Book {
  /// Marks of forgotten attempts; the oldest go first.
  static final int TOMBSTONES_MAX = 20_000;

  /// Leases of attempts that are not ordered yet; the oldest go first.
  static final int EARLY_LEASES_MAX = 1_000;

  private final Map<AttemptId, Kept> attempts = new LinkedHashMap<>();
  private final Set<AttemptId> tombstones = new LinkedHashSet<>();
  private final Map<AttemptId, Entry.Leased> earlyLeases = new LinkedHashMap<>();

  void apply(Entry entry) {
    AttemptId id = entry.attempt();
    Kept kept = attempts.get(id);
    switch (entry) {
      case Entry.Forgotten _ -> {
        attempts.remove(id);
        tombstones.add(id);
        trim(tombstones, TOMBSTONES_MAX);
      }
      case Entry.Leased leased when kept == null -> {
        earlyLeases.put(id, leased);
        trim(earlyLeases.entrySet(), EARLY_LEASES_MAX);
      }
      case Entry.Ordered _, Entry.Ended _ -> {
        Kept known = kept == null ? new Kept() : kept;
        known.apply(entry);
        attempts.put(id, known);
        Entry.Leased lease = earlyLeases.remove(id);
        if (lease != null) {
          known.apply(lease);
        }
      }
      case Entry.Launched _, Entry.Leased _, Entry.Ending _ -> {
        if (kept == null) {
          throw new IllegalStateException("an entry for an unknown attempt: " + entry);
        }
        kept.apply(entry);
      }
    }
  }

  /// Whether the attempt is, or ever was, known here.
  boolean knows(AttemptId id) {
    return attempts.containsKey(id) || tombstones.contains(id);
  }

  @Nullable Kept find(AttemptId id) {
    return attempts.get(id);
  }

  Collection<Kept> attempts() {
    return attempts.values();
  }

  /// The attempts of which something may run.
  List<Kept> live() {
    return attempts.values().stream().filter(Kept::live).toList();
  }

  List<AttemptReport> reports() {
    return attempts.values().stream().map(Kept::report).toList();
  }

  /// All of it in as few entries as possible.
  List<Entry> entries() {
    List<Entry> all = new ArrayList<>();
    tombstones.forEach(id -> all.add(new Entry.Forgotten(id)));
    all.addAll(earlyLeases.values());
    attempts.values().forEach(kept -> all.addAll(kept.entries()));
    return all;
  }

  private static void trim(Collection<?> oldestFirst, int max) {
    var each = oldestFirst.iterator();
    for (int over = oldestFirst.size() - max; over > 0; over--) {
      each.next();
      each.remove();
    }
  }
}
