package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.cli.node.AgentLaunch;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/// The demo's cluster, as a test uses it: commands as a person types them, questions over loopback
/// HTTP, and `kill -9`.
final class DemoLab implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private final Program program;
  private final int port;
  private final List<String> names = new ArrayList<>();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();

  private DemoLab(Program program, int port, int voters, int workers) {
    this.program = program;
    this.port = port;
    for (int i = 1; i <= voters; i++) {
      names.add("v" + i);
    }
    for (int i = 1; i <= workers; i++) {
      names.add("w" + i);
    }
  }

  /// Starts one as `ringrift demo --detach` does; it is up when this returns.
  static DemoLab start(int voters, int workers) throws Exception {
    return start(Program.fresh(), voters, workers);
  }

  static DemoLab start(Program program, int voters, int workers) throws Exception {
    DemoLab lab = new DemoLab(program, freePorts(voters + workers), voters, workers);
    try {
      lab.said =
          lab.cli(
                  "demo",
                  "--detach",
                  "--port",
                  "" + lab.port,
                  "--voters",
                  "" + voters,
                  "--workers",
                  "" + workers)
              .ok();
      return lab;
    } catch (Throwable e) {
      try {
        lab.close();
      } catch (Throwable alsoWrong) {
        e.addSuppressed(alsoWrong);
      }
      throw e;
    }
  }

  private String said = "";

  /// What the demo printed when it was up.
  String said() {
    return said;
  }

  /// Below the ports that the system gives to outgoing connections.
  static int freePorts(int count) {
    Random random = new Random();
    for (int tries = 0; tries < 100; tries++) {
      int first = 12_000 + random.nextInt(18_000);
      if (free(first, count)) {
        return first;
      }
    }
    throw new IllegalStateException("no %d free ports in a row".formatted(count));
  }

  private static boolean free(int first, int count) {
    for (int port = first; port < first + count; port++) {
      try (ServerSocket socket = new ServerSocket(port)) {
        assertThat(socket.isBound()).isTrue();
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  Program program() {
    return program;
  }

  List<String> nodes() {
    return names;
  }

  List<String> voters() {
    return names.stream().filter(name -> name.startsWith("v")).toList();
  }

  int port(String node) {
    return port + names.indexOf(node);
  }

  String address(String node) {
    return "http://127.0.0.1:" + port(node);
  }

  Path folder(String node) {
    return program.dir().resolve("demo").resolve(node);
  }

  /// Runs a command to its end.
  Program.Run cli(String... words) throws Exception {
    return program.run(words);
  }

  HttpResponse<byte[]> http(String node, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(address(node) + path)).timeout(ANSWER_MAX).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  /// Changes something with a bearer token; gives the status and the body.
  HttpResponse<byte[]> post(String node, String path, String token, Object body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(address(node) + path))
            .timeout(ANSWER_MAX)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  /// What a node answers, which must be a 200.
  JsonNode get(String node, String path) throws Exception {
    HttpResponse<byte[]> answer = http(node, path);
    assertThat(answer.statusCode())
        .as("%s of %s: %s", path, node, new String(answer.body(), UTF_8))
        .isEqualTo(200);
    return Json.tree(answer.body());
  }

  /// What the first node says that answers.
  JsonNode any(String path) throws Exception {
    Throwable last = null;
    for (String node : names) {
      try {
        return get(node, path);
      } catch (IOException | AssertionError e) {
        last = e;
      }
    }
    throw new AssertionError("no node answers " + path, last);
  }

  /// The status, from a node that knows a leader.
  JsonNode status() throws Exception {
    return Eventually.get(
        SOON,
        () -> {
          JsonNode status = any("/cluster/status");
          assertThat(status.path("leader").isString()).as("%s", status).isTrue();
          return status;
        });
  }

  String leader() throws Exception {
    return status().path("leader").asString();
  }

  /// Waits until all nodes are up, and all voters vote.
  void awaitWhole() throws Exception {
    Eventually.holds(
        Duration.ofMinutes(1),
        () -> {
          JsonNode status = any("/cluster/status");
          List<String> up = new ArrayList<>();
          for (JsonNode node : status.path("nodes")) {
            if (node.path("state").asString().equals("up")) {
              up.add(node.path("id").asString());
            }
          }
          assertThat(up).as("%s", status).containsExactlyInAnyOrderElementsOf(names);
          assertThat(status.path("quorum").path("alive").asInt()).isEqualTo(voters().size());
          assertThat(status.path("leader").isString()).isTrue();
        });
  }

  long agent(String node) {
    return AgentLaunch.running(folder(node)).map(ProcessHandle::pid).orElse(0L);
  }

  long keeper(String node) throws IOException {
    return program.processes().stream()
        .filter(pid -> Program.commandLine(pid).contains("KeeperMain"))
        .filter(pid -> Program.commandLine(pid).contains(folder(node).toString()))
        .findFirst()
        .orElse(0L);
  }

  void killAgent(String node) throws Exception {
    long pid = agent(node);
    assertThat(pid).as("agent of %s", node).isPositive();
    Program.kill9(pid);
  }

  /// Starts the agent of a node; it is well and knows the leader when this returns.
  void startAgent(String node) throws Exception {
    beginAgent(node);
    Eventually.holds(
        Duration.ofMinutes(1), () -> assertThat(get(node, "/health").has("leader")).isTrue());
  }

  /// Starts the agent of a node, without waiting for more than its process.
  void beginAgent(String node) throws Exception {
    beginAgent(program, node);
  }

  void beginAgent(Program as, String node) throws Exception {
    as.within(List.of("setsid")).start("agent", "--data-dir", folder(node).toString());
    Eventually.holds(DemoLab.SOON, () -> assertThat(agent(node)).isPositive());
  }

  /// Submits by the command; the job's number.
  long submit(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("jobs", "submit", "--json"));
    all.addAll(List.of(words));
    String out = cli(all.toArray(String[]::new)).ok();
    return Json.tree(out.getBytes(UTF_8)).path("id").asLong();
  }

  JsonNode job(long id) throws Exception {
    return Eventually.get(SOON, () -> any("/api/v1/jobs/" + id));
  }

  JsonNode awaitJob(long id, String state, Duration max) throws Exception {
    return Eventually.get(
        max,
        () -> {
          JsonNode job = any("/api/v1/jobs/" + id);
          assertThat(job.path("state").asString()).as("%s", job).isEqualTo(state);
          return job;
        });
  }

  /// The node of a task's newest attempt, once that runs.
  String awaitNode(long id, int task) throws Exception {
    return Eventually.get(
        SOON,
        () -> {
          JsonNode job = any("/api/v1/jobs/" + id);
          JsonNode attempts = job.path("tasks").path(task).path("attempts");
          JsonNode last = attempts.path(attempts.size() - 1);
          assertThat(last.path("state").asString()).as("%s", job).isEqualTo("running");
          return last.path("node").asString();
        });
  }

  /// Takes the demo down by its own command, and checks that nothing of it is left.
  @Override
  public void close() {
    Eventually.closing(this::end);
  }

  private void end() throws Exception {
    try {
      cli("demo", "--down").ok();
    } finally {
      program.close();
    }
  }
}
