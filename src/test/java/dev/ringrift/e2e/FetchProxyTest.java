package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.io.data.TestFiles;
import dev.ringrift.io.data.TestSource;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are fetched through a real HTTP or SOCKS5 proxy: the box has no other route, and the
/// name of the file server is known to the proxy's host only.
@Tag("lab")
class FetchProxyTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final byte[] MODEL = TestFiles.random(9_000_000, 1);
  private static final String SHA256 = TestFiles.sha256(MODEL).toString();
  private static final String HTTP = "http://10.78.0.1:8888";
  private static final String SOCKS = "socks5://10.78.0.1:1080";

  private final List<Process> proxies = new ArrayList<>();
  private Namespaces hosts;
  private OwnCluster cluster;
  private TestSource source;

  @BeforeEach
  void begin() throws Exception {
    hosts = Namespaces.make();
    cluster = new OwnCluster();
    hosts.host("proxy", "10.77.0.2");
    hosts.behind("box", "10.78.0.2", "proxy", "10.78.0.1");
    hosts.knows("proxy", "files.lab.internal", "10.77.0.254");
    source = new TestSource(InetAddress.ofLiteral("10.77.0.254")).with("/model", MODEL);
  }

  @AfterEach
  void end() throws Exception {
    for (Process proxy : proxies) {
      proxy.destroyForcibly().waitFor();
    }
    if (source != null) {
      source.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    if (hosts != null) {
      hosts.close();
    }
  }

  private void start(String... words) throws Exception {
    List<String> all = new ArrayList<>(hosts.words("proxy"));
    all.addAll(List.of(words));
    proxies.add(
        new ProcessBuilder(all)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private Path tinyproxy() throws Exception {
    Path log = cluster.program().dir().resolve("tinyproxy.log");
    Path conf =
        Files.writeString(
            cluster.program().dir().resolve("tinyproxy.conf"),
            """
            Port 8888
            Listen 10.78.0.1
            Timeout 60
            MaxClients 100
            LogFile "%s"
            LogLevel Connect
            """
                .formatted(log));
    start("tinyproxy", "-d", "-c", conf.toString());
    return log;
  }

  private String url() {
    return "http://files.lab.internal:%d/model".formatted(source.port());
  }

  private Program box(String variable, String proxy) {
    return cluster.program().within(hosts.words("box")).with(variable, proxy);
  }

  private Program.Run get(Program box, String engine) throws Exception {
    String folder = cluster.program().dir().toString();
    return box.run("data", "get", url(), "--sha256", SHA256, "--engine", engine, "-d", folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"swarm", "aria2"})
  void theHttpProxyIsGivenTheName(String engine) throws Exception {
    Path log = tinyproxy();
    get(box("RINGRIFT_HTTP_PROXY", HTTP), engine).ok();
    assertThat(cluster.program().dir().resolve("model")).hasBinaryContent(MODEL);
    assertThat(log).content().contains("CONNECT files.lab.internal:" + source.port());
  }

  @Test
  void theSocksProxyIsGivenTheNameAndAria2SaysThatItKnowsNone() throws Exception {
    start("microsocks", "-i", "10.78.0.1", "-p", "1080");
    get(box("RINGRIFT_SOCKS_PROXY", SOCKS), "swarm").ok();
    assertThat(cluster.program().dir().resolve("model")).hasBinaryContent(MODEL);
    assertThat(get(box("RINGRIFT_SOCKS_PROXY", SOCKS), "aria2").failed(2))
        .contains(SOCKS, "RINGRIFT_HTTP_PROXY", "swarm");
  }

  @ParameterizedTest
  @ValueSource(strings = {"swarm", "aria2"})
  void aProxyThatIsNotThereIsAnErrorAlsoWhereThereIsAnotherWay(String engine) throws Exception {
    String dead = "http://10.77.0.2:1";
    hosts.host("free", "10.77.0.5");
    Program free = cluster.program().within(hosts.words("free")).with("RINGRIFT_HTTP_PROXY", dead);
    String folder = cluster.program().dir().toString();
    String direct = "http://10.77.0.254:%d/model".formatted(source.port());
    Program.Run run =
        free.run("data", "get", direct, "--sha256", SHA256, "--engine", engine, "-d", folder);
    assertThat(run.failed(1)).contains(dead);
    assertThat(source.requests()).isZero();
    assertThat(cluster.program().dir().resolve("model")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http_proxy=" + HTTP, "socks_proxy=" + SOCKS})
  void anAgentFetchesThroughTheProxyThatItHas(String setting) throws Exception {
    tinyproxy();
    start("microsocks", "-i", "10.78.0.1", "-p", "1080");
    cluster.node("box", hosts.words("box"), "10.78.0.2", 8770);
    cluster.init("box");
    cluster.agent("box", "slots=0", "aria2_port=6800", setting);
    Path secret = cluster.folder("box").resolve("data-state/aria2-secret");
    Eventually.holds(SOON, () -> assertThat(rpc("aria2.getVersion", "")).contains("version"));
    String token = "\"token:%s\"".formatted(Files.readString(secret).strip());
    String options = "{\"out\":\"model\",\"checksum\":\"sha-256=%s\"}".formatted(SHA256);
    assertThat(rpc("aria2.addUri", "%s,[\"%s\"],%s".formatted(token, url(), options)))
        .contains("result");
    Path there = cluster.folder("box").resolve("data/model");
    Eventually.holds(SOON, () -> assertThat(there).exists());
    assertThat(there).hasBinaryContent(MODEL);
  }

  private String rpc(String method, String params) throws Exception {
    List<String> words = new ArrayList<>(hosts.words("box"));
    words.addAll(List.of("curl", "-s", "http://localhost:6800/jsonrpc", "-d"));
    words.add(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":[%s]}"
            .formatted(method, params));
    Process curl = new ProcessBuilder(words).start();
    String said = new String(curl.getInputStream().readAllBytes(), UTF_8);
    curl.waitFor();
    return said;
  }
}
