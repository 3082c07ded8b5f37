package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SwarmProxyTest {
  private static final byte[] CONTENT = new byte[1_000_000];

  static {
    new Random(2).nextBytes(CONTENT);
  }

  @TempDir Path folder;

  private void fetch(Proxy proxy, URI url) {
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct().through(proxy))) {
      engine
          .fetch(
              new FetchRequest(
                  folder.resolve("f"),
                  new Expected.Unverified(),
                  List.of(new Source.Url(url, Map.of()))))
          .result()
          .orTimeout(30, TimeUnit.SECONDS)
          .join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5", "socks5h", "http"})
  void theProxyIsGivenTheNameAndNobodyElseResolvesIt(String scheme) throws Exception {
    try (OddServer server = new OddServer(OddServer.good(CONTENT));
        NamingProxy proxy = new NamingProxy(server.port())) {
      fetch(proxy.as(scheme), URI.create("http://files.invalid:8766/f"));

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
      assertThat(proxy.asked).isNotEmpty().containsOnly("files.invalid:8766");
    }
  }

  @Test
  void thisMachineIsReachedWithoutTheProxy() throws Exception {
    try (OddServer server = new OddServer(OddServer.good(CONTENT));
        NamingProxy proxy = new NamingProxy(1)) {
      fetch(proxy.as("socks5"), server.uri("/f"));

      assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
      assertThat(proxy.asked).isEmpty();
    }
  }

  @Test
  void aProxyThatIsNotThereIsNamed() {
    Proxy dead = Proxy.parse("socks5://127.0.0.1:1");

    assertThatThrownBy(() -> fetch(dead, URI.create("http://files.invalid/f")))
        .hasCauseInstanceOf(UserError.class)
        .satisfies(
            e -> assertThat(((UserError) e.getCause()).text()).contains("socks5://127.0.0.1:1"));
  }

  @Test
  void anotherSchemeIsNoProxy() {
    assertThatThrownBy(() -> Proxy.parse("ftp://a:1")).hasMessageContaining("is no proxy");
  }
}
