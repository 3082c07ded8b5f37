package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Asks a cluster by the ways there are. Tries all of them, and for a while again: a cluster that
/// loses its leader has a new one within a second or so. Asking again is safe, since what changes
/// something carries a key or says how things ought to be.
final class ApiClient implements ClusterClient {
  /// How long an unreachable cluster is asked again.
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /// How long, when every connection was refused: an agent that restarts is back within that.
  private static final Duration NOBODY_THERE = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final String name;
  private final List<Way> reads;
  private final List<Way> changes;
  private final Consumer<Duration> pause;
  private final Duration patience;

  /// @param reads ways for questions, the quickest first
  /// @param changes ways for what changes something; may be the same
  ApiClient(
      String name,
      List<Way> reads,
      List<Way> changes,
      Consumer<Duration> pause,
      Duration patience) {
    this.name = name;
    this.reads = List.copyOf(reads);
    this.changes = List.copyOf(changes);
    this.pause = pause;
    this.patience = patience;
  }

  @Override
  public JsonNode get(String path, Map<String, String> query) {
    return ask(reads, new Way.Question("GET", path, query, ""));
  }

  @Override
  public JsonNode here(String path) {
    for (Way way : reads) {
      try {
        if (way.local()) {
          return Json.tree(way.ask(new Way.Question("GET", path, Map.of(), "")).body());
        }
      } catch (Way.Closed _) {
        // another agent of this machine may answer
      }
    }
    return Json.shared().createObjectNode();
  }

  @Override
  public JsonNode post(String path, Object body) {
    return ask(changes, new Way.Question("POST", path, Map.of(), Json.text(body)));
  }

  @Override
  public String clusterName() {
    return name;
  }

  @Override
  public void close() {
    reads.forEach(Way::close);
    changes.forEach(Way::close);
  }

  private JsonNode ask(List<Way> ways, Way.Question question) {
    List<String> reasons = new ArrayList<>();
    long waitedMillis = 0;
    boolean somebodyListens = false;
    do {
      if (!reasons.isEmpty()) {
        pause.accept(PAUSE);
        waitedMillis += PAUSE.toMillis();
        reasons.clear();
      }
      for (Way way : ways) {
        try {
          Way.Answer answer = way.ask(question);
          if (answer.status() != 503) {
            return read(answer);
          }
          somebodyListens = true;
          reasons.add(refusal(answer).what());
        } catch (Way.Closed closed) {
          somebodyListens |= closed.somebodyThere();
          reasons.add(closed.reason());
        }
      }
    } while (!reasons.isEmpty()
        && waitedMillis < (somebodyListens ? patience : NOBODY_THERE).toMillis());
    throw new CommandError(
        ExitCode.UNREACHABLE,
        new UserError(
            "cannot reach cluster " + name,
            ways.isEmpty() ? "no way to it is known on this machine" : String.join("\n", reasons),
            "is an agent running here? 'ringrift demo' starts a cluster to try"));
  }

  private static JsonNode read(Way.Answer answer) {
    if (answer.status() < 300) {
      return Json.tree(answer.body().length == 0 ? new byte[] {'{', '}'} : answer.body());
    }
    int code =
        switch (answer.status()) {
          case 400, 401, 403, 409, 413, 422 -> ExitCode.BAD_INPUT;
          case 404 -> ExitCode.NOT_FOUND;
          default -> ExitCode.FAILED;
        };
    throw new CommandError(code, refusal(answer));
  }

  private static UserError refusal(Way.Answer answer) {
    try {
      JsonNode body = Json.tree(answer.body());
      String what = Facts.text(body, "error");
      if (!what.isEmpty()) {
        return new UserError(what, Facts.text(body, "because"), Facts.text(body, "mend"));
      }
    } catch (IllegalArgumentException e) {
      return new UserError("the agent answered " + answer.status() + " without a reason", "", "");
    }
    return new UserError("the agent answered " + answer.status(), "", "");
  }
}
