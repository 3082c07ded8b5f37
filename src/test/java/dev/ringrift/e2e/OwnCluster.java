package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.cli.node.AgentLaunch;
import dev.ringrift.io.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A cluster made as a person makes one, by `init`, `node request`, `node issue` and `join`. Each
/// node has a folder of its own below the program's, which is the operator's.
final class OwnCluster implements AutoCloseable {
  private static final int ROUNDS_MAX = 3;

  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private final Program program;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();
  private @Nullable String token;

  /// @param within words that run a program on the node's host; empty for this one
  record Node(String name, List<String> within, String host, int port) {
    String link() {
      return "ws://%s:%d".formatted(host, port);
    }
  }

  OwnCluster() throws Exception {
    this.program = Program.fresh();
  }

  Program program() {
    return program;
  }

  Path folder(String node) {
    return program.dir().resolve(node);
  }

  void node(String name, List<String> within, String host, int port) {
    nodes.put(name, new Node(name, within, host, port));
  }

  int port(String node) {
    return known(node).port;
  }

  String address(String node) {
    return "http://%s:%d".formatted(known(node).host, known(node).port);
  }

  /// The process of a node's agent.
  long pid(String node) {
    return AgentLaunch.running(folder(node)).map(ProcessHandle::pid).orElse(0L);
  }

  /// Runs a command on a node's host.
  Program.Run on(String node, String... words) throws Exception {
    return program.within(known(node).within).run(words);
  }

  private Node known(String node) {
    Node known = nodes.get(node);
    if (known == null) {
      throw new IllegalStateException("no node " + node);
    }
    return known;
  }

  /// `ringrift init` on the first of the voters.
  void init(String... voters) throws Exception {
    Node first = known(voters[0]);
    StringBuilder hosts =
        new StringBuilder("p2p_voters: [" + String.join(", ", voters) + "]\nhosts:\n");
    for (String voter : voters) {
      hosts.append("  %s:\n    ssh_host: %s\n".formatted(voter, known(voter).host));
    }
    Path file = Files.writeString(program.dir().resolve("distributed_hosts.yaml"), hosts);
    on(
            first.name,
            "init",
            "--name",
            "own",
            "--node-id",
            first.name,
            "--data-dir",
            folder(first.name).toString(),
            "--address",
            first.link(),
            "--port",
            "" + first.port,
            "--hosts-file",
            file.toString())
        .ok();
  }

  /// Makes another voter's folder by `node request`, `node issue` and `join`.
  ///
  /// @param knows the voters whose addresses it is told
  void issue(String name, String operatorOn, String... knows) throws Exception {
    String dir = folder(name).toString();
    String request = on(name, "node", "request", "--node-id", name, "--data-dir", dir).ok();
    String grant = on(operatorOn, "node", "issue", "--role", "voter", request).ok();
    List<String> join =
        new ArrayList<>(List.of("join", grant, "--data-dir", dir, "--port", "" + known(name).port));
    for (String voter : knows) {
      join.addAll(List.of("--voter", voter + "=" + known(voter).link()));
    }
    assertThat(on(name, join.toArray(String[]::new)).ok()).contains(name + " is a voter");
  }

  /// Starts a node's agent, with settings for this run.
  Program.Started agent(String name, String... settings) throws Exception {
    return agent(program, name, settings);
  }

  Program.Started agent(Program as, String name, String... settings) throws Exception {
    List<String> words = new ArrayList<>(List.of("agent", "--data-dir", folder(name).toString()));
    Arrays.stream(settings).forEach(setting -> words.addAll(List.of("--set", setting)));
    return as.within(known(name).within).start(words.toArray(String[]::new));
  }

  /// A token that may do everything.
  String token() throws Exception {
    if (token == null) {
      token = program.run("token", "create", "--scope", "admin").ok();
    }
    return token;
  }

  HttpResponse<byte[]> ask(String node, String path) throws Exception {
    return http.send(request(node, path).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> post(String node, String path, Object body) throws Exception {
    return http.send(
        request(node, path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String node, String path) throws Exception {
    Node known = known(node);
    return HttpRequest.newBuilder(
            URI.create("http://%s:%d%s".formatted(known.host, known.port, path)))
        .timeout(ANSWER_MAX)
        .header("Authorization", "Bearer " + token());
  }

  JsonNode get(String node, String path) throws Exception {
    HttpResponse<byte[]> answer = ask(node, path);
    assertThat(answer.statusCode())
        .as("%s of %s: %s", path, node, new String(answer.body(), UTF_8))
        .isEqualTo(200);
    return Json.tree(answer.body());
  }

  /// Waits until a node says that it is well, and who leads.
  String awaitLeader(String node) throws Exception {
    return Eventually.get(
        Duration.ofMinutes(1),
        () -> {
          JsonNode health = get(node, "/health");
          assertThat(health.path("leader").isString()).as("%s", health).isTrue();
          return health.path("leader").asString();
        });
  }

  /// Waits until these nodes, and no others, are up and so many voters vote.
  void awaitUp(String asked, int alive, String... names) throws Exception {
    Eventually.holds(
        Duration.ofMinutes(1),
        () -> {
          JsonNode status = get(asked, "/cluster/status");
          List<String> up =
              status
                  .path("nodes")
                  .valueStream()
                  .filter(node -> node.path("state").asString().equals("up"))
                  .map(node -> node.path("id").asString())
                  .toList();
          assertThat(up).as("%s", status).containsExactlyInAnyOrder(names);
          assertThat(status.path("quorum").path("alive").asInt()).isEqualTo(alive);
        });
  }

  /// Ends all processes; they have nothing to hand over.
  @Override
  public void close() {
    Eventually.closing(this::end);
  }

  private void end() throws Exception {
    // An agent whose keeper dies first starts another before it dies itself.
    for (int round = 0; round < ROUNDS_MAX; round++) {
      for (long pid : program.processes()) {
        Program.kill9(pid);
      }
    }
    program.close();
  }
}
