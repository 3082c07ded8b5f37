package dev.ringrift.core.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The newest events of the cluster, bounded. Not thread-safe.
final class EventLog {
  static final int EVENTS_MAX = 5_000;

  private final ArrayDeque<Event> events = new ArrayDeque<>();
  private long lastSeq;

  void add(long atMillis, String kind, String subject, String text) {
    events.addLast(new Event(++lastSeq, atMillis, kind, subject, text));
    if (events.size() > EVENTS_MAX) {
      events.removeFirst();
    }
  }

  /// Events with a higher number than `seq`, oldest first, at most `max` of them.
  List<Event> after(long seq, int max) {
    List<Event> found = new ArrayList<>();
    for (Event event : events) {
      if (event.seq() > seq && found.size() < max) {
        found.add(event);
      }
    }
    return found;
  }

  long lastSeq() {
    return lastSeq;
  }

  List<Event> all() {
    return List.copyOf(events);
  }

  void restore(List<Event> image, long seq) {
    events.clear();
    events.addAll(image);
    lastSeq = seq;
  }
}
