package dev.ringrift.io.api;

import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.api.Route.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers calls, or hands them on to the node that can. Thread-safe; a call may block for some
/// seconds, so each has a virtual thread of its own.
public final class Api {
  private static final Logger log = LoggerFactory.getLogger(Api.class);

  private final ApiPorts ports;
  private final Forwarder forwarder;
  private final List<Route> routes = new ArrayList<>();

  public Api(ApiPorts ports) {
    this.ports = ports;
    this.forwarder = new Forwarder(ports);
    Changes changes = new Changes(ports);
    StatusRoutes status = new StatusRoutes(ports, forwarder);
    routes.addAll(status.routes());
    routes.addAll(new NodeRoutes(ports, changes, status).routes());
    routes.addAll(new JobRoutes(ports).routes());
    routes.addAll(new JobChangeRoutes(ports, changes).routes());
    routes.addAll(new LogRoutes(ports, forwarder).routes());
    routes.addAll(new EventRoutes(ports).routes());
    routes.addAll(new DataRoutes(ports).routes());
    routes.addAll(new DataChangeRoutes(ports, changes, forwarder).routes());
    routes.addAll(new ClusterRoutes(ports, changes).routes());
    routes.add(
        Route.get("/", Route.Access.STATUS, Where.HERE, (call, words) -> Page.answer(call, this)));
  }

  /// Answers a call. Never throws.
  public ApiReply call(ApiCall call) {
    try {
      return dispatch(call);
    } catch (ApiError e) {
      return e.reply();
    } catch (UserError e) {
      return ApiReply.error(400, e);
    } catch (RuntimeException e) {
      log.error("{} {} failed", call.method(), call.path(), e);
      return ApiReply.error(
          500,
          new UserError(
              "node %s failed to answer".formatted(ports.self()),
              String.valueOf(e),
              "the agent's log has the details; this is a fault of the program"));
    }
  }

  private ApiReply dispatch(ApiCall call) {
    List<String> path = Route.parts(call.path());
    boolean pathKnown = false;
    for (Route route : routes) {
      Optional<Map<String, String>> words = route.match(path);
      if (words.isPresent()) {
        if (route.method().equals(call.method())) {
          return admitted(route, call, words.get());
        }
        pathKnown = true;
      }
    }
    if (pathKnown) {
      throw new ApiError(
          405, new UserError("%s does not fit %s".formatted(call.method(), call.path()), "", ""));
    }
    throw ApiError.missing(
        "there is nothing at " + call.path(), "", "docs/protocol.md lists what there is");
  }

  private ApiReply admitted(Route route, ApiCall call, Map<String, String> words) {
    Permission.check(route.access(), call, ports.view().health().role() == Role.WORKER);
    return switch (route.where()) {
      case HERE -> route.answer().answer(call, words);
      case VOTER ->
          ports.ledger().isPresent() || call.flag("local")
              ? route.answer().answer(call, words)
              : forwarder.toVoter(call);
      case LEADER_BEST -> best(route, call, words);
      case LEADER -> byLeader(route, call, words);
    };
  }

  private ApiReply best(Route route, ApiCall call, Map<String, String> words) {
    if (ports.leading() || call.flag("local")) {
      return route.answer().answer(call, words);
    }
    Optional<ApiReply> leaders = forwarder.toLeaderIfReached(call);
    if (leaders.isPresent()) {
      return leaders.get();
    }
    return ports.ledger().isPresent()
        ? route.answer().answer(call, words)
        : forwarder.toVoter(call);
  }

  private ApiReply byLeader(Route route, ApiCall call, Map<String, String> words) {
    if (ports.leading()) {
      try {
        return route.answer().answer(call, words);
      } catch (Changes.NotLeading e) {
        return forwarder.toLeader(call);
      }
    }
    return forwarder.toLeader(call);
  }
}
