package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PeerManifestsTest {
  private static final Manifest WANTED = manifest("ab");

  private final List<HttpServer> servers = new ArrayList<>();
  private final PeerManifests manifests = new PeerManifests(SwarmSettings.direct());

  private static Manifest manifest(String twoDigits) {
    return new Manifest(10, Manifest.PIECE_LENGTH_MIN, List.of(Sha256.parse(twoDigits.repeat(32))));
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private Source.Peer peer(String label, int status, byte[] body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/o/%s/manifest".formatted(WANTED.id()),
        call -> {
          call.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          call.getResponseBody().write(body);
          call.close();
        });
    server.start();
    servers.add(server);
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new Source.Peer(base, label, false, Map.of());
  }

  @Test
  void whoeverGivesTheManifestWithTheRightHashIsBelieved() throws Exception {
    List<Source.Peer> peers =
        List.of(
            peer("has nothing", 404, new byte[0]),
            peer("lies", 200, manifest("cd").encoded()),
            peer("is broken", 200, new byte[] {1, 2, 3}),
            peer("has it", 200, WANTED.encoded()));
    assertThat(manifests.get(WANTED.id(), peers)).isEqualTo(WANTED);
  }

  @Test
  @Timeout(10)
  void whoeverDoesNotAnswerHoldsNobodyUp() throws Exception {
    try (OddServer silent = new OddServer((asked, out) -> new CountDownLatch(1).await())) {
      Source.Peer dead = new Source.Peer(silent.uri(""), "dead", false, Map.of());
      Source.Peer good = peer("has it", 200, WANTED.encoded());

      assertThat(manifests.get(WANTED.id(), List.of(dead, dead, good))).isEqualTo(WANTED);
    }
  }

  @Test
  void whenNobodyGivesItEachReasonIsSaid() throws Exception {
    List<Source.Peer> peers =
        List.of(peer("has nothing", 404, new byte[0]), peer("lies", 200, manifest("cd").encoded()));
    UserError error =
        catchThrowableOfType(UserError.class, () -> manifests.get(WANTED.id(), peers));
    assertThat(error.because())
        .contains("has nothing: it answered 404")
        .contains("lies: it gave the manifest of another file");
  }
}
