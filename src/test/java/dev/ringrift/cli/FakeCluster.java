package dev.ringrift.cli;

import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A cluster that answers what it was told to; the last answer to a path is given again and again.
final class FakeCluster implements ClusterClient {
  private final Map<String, Deque<String>> answers = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  private int callsMax = Integer.MAX_VALUE;

  FakeCluster answer(String path, String... json) {
    answers.put(path, new ArrayDeque<>(List.of(json)));
    return this;
  }

  /// After so many calls it answers no more.
  FakeCluster until(int calls) {
    callsMax = calls;
    return this;
  }

  @Override
  public JsonNode get(String path, Map<String, String> query) {
    asked.add("GET " + path + PathText.query(query));
    return reply(path);
  }

  @Override
  public JsonNode here(String path) {
    return get(path, Map.of());
  }

  @Override
  public JsonNode post(String path, Object body) {
    asked.add("POST " + path + " " + Json.text(body));
    return reply(path);
  }

  @Override
  public String clusterName() {
    return "lab";
  }

  @Override
  public void close() {}

  private JsonNode reply(String path) {
    Deque<String> left = answers.get(path);
    if (left == null || asked.size() > callsMax) {
      throw new CommandError(
          ExitCode.NOT_FOUND, new UserError("no such thing: " + path, "the test says so", ""));
    }
    String json = left.size() > 1 ? left.removeFirst() : left.getFirst();
    return Json.tree(json.getBytes(StandardCharsets.UTF_8));
  }
}
