package dev.ringrift.io.api;

import dev.ringrift.core.ledger.Event;
import dev.ringrift.io.api.Route.Access;
import dev.ringrift.io.api.Route.Where;
import dev.ringrift.io.json.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/// The cluster's story, in numbered lines.
final class EventRoutes {
  /// Most events in one answer.
  static final int EVENTS_MAX = 5_000;

  private static final int EVENTS_DEFAULT = 500;
  private static final long LOOK_EVERY_MILLIS = 100;

  private final ApiPorts ports;

  EventRoutes(ApiPorts ports) {
    this.ports = ports;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/events", Access.READ, Where.VOTER, (call, words) -> events(call)));
  }

  /// The first events after a number, or without one the newest.
  private ApiReply events(ApiCall call) {
    int limit = (int) call.number("limit", EVENTS_DEFAULT, 1, EVENTS_MAX);
    List<Event> events =
        call.param("after").isEmpty()
            ? newest(limit)
            : awaited(call.number("after", 0, 0, Long.MAX_VALUE), limit, call.waitMillis());
    ArrayNode reply = Json.shared().createArrayNode();
    events.forEach(event -> reply.add(JobJson.of(event)));
    return ApiReply.json(reply);
  }

  private List<Event> newest(int limit) {
    List<Event> all = read(0, EVENTS_MAX);
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }

  private List<Event> awaited(long after, int limit, long waitMillis) {
    long until = System.nanoTime() + waitMillis * 1_000_000;
    List<Event> events = read(after, limit);
    while (events.isEmpty() && System.nanoTime() - until < 0) {
      try {
        Thread.sleep(LOOK_EVERY_MILLIS); // the ledger has no bell; a virtual thread waits here
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return events;
      }
      events = read(after, limit);
    }
    return events;
  }

  private List<Event> read(long after, int limit) {
    return ports.ownLedger().read(state -> List.copyOf(state.eventsAfter(after, limit)));
  }
}
