package dev.ringrift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.ringrift.io.data.swarm.NamingProxy;
import dev.ringrift.io.link.SocksProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiClientTest {
  private static final String NOBODY = "http://127.0.0.1:9";

  private final Deque<String> answers = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          asked.add(
              "%s %s %s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI(),
                      new String(body, StandardCharsets.UTF_8))
                  .strip());
          String answer = answers.size() > 1 ? answers.remove() : answers.element();
          byte[] reply = answer.substring(4).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              Integer.parseInt(answer.substring(0, 3)), reply.length == 0 ? -1 : reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private String here() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private ApiClient client(String... addresses) {
    List<Way> ways =
        Stream.of(addresses).<Way>map(address -> new HttpWay(address, Optional.empty())).toList();
    return new ApiClient("lab", ways, ways, pauses::add, Duration.ofSeconds(2));
  }

  @Test
  void whatIsNotOnThisMachineIsAskedThroughTheProxy() throws IOException {
    answers.add("200 {\"a\": 1}");
    try (NamingProxy proxy = new NamingProxy(server.getAddress().getPort())) {
      Optional<SocksProxy> socks = Optional.of(new SocksProxy("127.0.0.1", proxy.port()));
      for (String address : List.of("http://gpu-1.tailnet.test:8770", here())) {
        List<Way> way = List.of(new HttpWay(address, socks));
        try (ApiClient client =
            new ApiClient("lab", way, way, pauses::add, Duration.ofSeconds(2))) {
          assertThat(client.get("/x", Map.of()).get("a").asInt()).isEqualTo(1);
        }
      }
      assertThat(proxy.asked).containsExactly("gpu-1.tailnet.test:8770");
    }
  }

  private CommandError failed(String... addresses) {
    try (ApiClient client = client(addresses)) {
      return catchThrowableOfType(CommandError.class, () -> client.get("/x", Map.of()));
    }
  }

  @Test
  void asksAndReadsTheAnswer() {
    answers.add("200 {\"a\": 1}");
    try (ApiClient client = client(here())) {
      assertThat(client.get("/x", Map.of("select", "1-3,last")).get("a").asInt()).isEqualTo(1);
      client.post("/y", Map.of("b", 2));
    }
    assertThat(asked).containsExactly("GET /x?select=1-3%2Clast", "POST /y {\"b\":2}");
  }

  @Test
  void anEmptyAnswerIsAnEmptyObject() {
    answers.add("200 ");
    try (ApiClient client = client(here())) {
      assertThat(client.post("/y", Map.of()).isEmpty()).isTrue();
    }
  }

  @Test
  void aDeadAddressDoesNotHideALiveOne() {
    answers.add("200 {}");
    try (ApiClient client = client(NOBODY, here())) {
      assertThat(client.get("/x", Map.of())).isNotNull();
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void aClusterWithoutALeaderIsAskedAgain() {
    answers.add("503 {\"error\": \"no leader\"}");
    answers.add("503 {\"error\": \"no leader\"}");
    answers.add("200 {}");
    try (ApiClient client = client(here())) {
      assertThat(client.get("/x", Map.of())).isNotNull();
    }
    assertThat(pauses).hasSize(2);
  }

  @Test
  void aClusterThatStaysWithoutALeaderIsUnreachable() {
    answers.add("503 {\"error\": \"no leader\"}");
    CommandError error = failed(here());
    assertThat(error.exitCode()).isEqualTo(3);
    assertThat(error.error().because()).isEqualTo("no leader");
    assertThat(pauses).hasSize(8);
  }

  @Test
  void anAgentThatDoesNotRunIsSaidSoonWithEveryAddress() {
    CommandError error = failed(NOBODY, "http://127.0.0.1:10");
    assertThat(error.exitCode()).isEqualTo(3);
    assertThat(error.error().what()).isEqualTo("cannot reach cluster lab");
    assertThat(error.error().because().lines())
        .containsExactly(
            "http://127.0.0.1:9: Connection refused", "http://127.0.0.1:10: Connection refused");
    assertThat(pauses).hasSize(4);
  }

  @Test
  void aRefusalKeepsItsThreeLines() {
    answers.add("404 {\"error\": \"no job 9\", \"because\": \"b\", \"mend\": \"m\"}");
    CommandError error = failed(here());
    assertThat(error.exitCode()).isEqualTo(4);
    assertThat(error.error().text()).isEqualTo("no job 9\n  because: b\n  to mend: m");
    answers.clear();
    answers.add("403 {\"error\": \"a worker may not submit\"}");
    assertThat(failed(here()).exitCode()).isEqualTo(2);
    answers.clear();
    answers.add("500 oops");
    assertThat(failed(here()).exitCode()).isEqualTo(1);
  }
}
