package dev.ringrift.io.link;

import static dev.ringrift.io.link.TestNode.next;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.trust.TestCluster;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SocksProxyTest {
  private static Vertx vertx;

  private final TestCluster cluster = new TestCluster("c1");
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void shut() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private TestNode node(String name, Role role, LinkSettings settings) {
    TestNode node = new TestNode(vertx, cluster.identity(name, role), cluster.clock, settings);
    open.add(node);
    return node;
  }

  private TcpRelay socks(int target) throws Exception {
    TcpRelay socks = TcpRelay.socks(target);
    open.add(socks);
    return socks;
  }

  private static LinkSettings through(int port) {
    return TestNode.QUICK.through(SocksProxy.parse("socks5://localhost:" + port));
  }

  @Test
  void nameIsResolvedAtTheProxy() throws Exception {
    TestNode voter = node("v1", Role.VOTER, TestNode.QUICK);
    int port = LinkAddress.parse(voter.listen()).port();
    TcpRelay proxy = socks(port);
    TestNode worker = node("w1", Role.WORKER, through(proxy.port()));

    worker.transport.dial(voter.id(), List.of("ws://voter.tailnet.invalid:8770"));
    assertThat(next(worker.ups).node()).isEqualTo(voter.id());
    assertThat(next(proxy.asked)).isEqualTo("name voter.tailnet.invalid 8770");
  }

  @Test
  void addressesGoThroughTheProxyToo() throws Exception {
    TestNode voter = node("v1", Role.VOTER, TestNode.QUICK);
    int port = LinkAddress.parse(voter.listen()).port();
    TcpRelay proxy = socks(port);
    TestNode worker = node("w1", Role.WORKER, through(proxy.port()));

    worker.transport.dial(voter.id(), List.of("ws://100.64.0.7:8770"));
    assertThat(next(worker.ups).node()).isEqualTo(voter.id());
    assertThat(next(proxy.asked)).endsWith("100.64.0.7 8770");
  }

  @Test
  void loopbackGoesWithoutTheProxy() throws Exception {
    TestNode voter = node("v1", Role.VOTER, TestNode.QUICK);
    TcpRelay proxy = socks(0);
    TestNode worker = node("w1", Role.WORKER, through(proxy.port()));
    worker.transport.dial(voter.id(), List.of(voter.listen()));
    assertThat(next(worker.ups).node()).isEqualTo(voter.id());
    assertThat(proxy.asked).isEmpty();
  }

  @Test
  void unusableProxyIsAnErrorThatNamesItAndIsNotGoneAround() throws Exception {
    TestNode worker = node("w1", Role.WORKER, through(1));
    worker.transport.dial(
        cluster.identity("v1", Role.VOTER).node(), List.of("ws://voter.tailnet.invalid:8770"));
    assertThat(next(worker.failures).getFirst())
        .contains("the SOCKS5 proxy socks5://localhost:1 cannot be reached");
  }

  @Test
  void proxyThatCannotReachTheVoterSaysSo() throws Exception {
    TcpRelay proxy = socks(0);
    TestNode worker = node("w1", Role.WORKER, through(proxy.port()));
    worker.transport.dial(
        cluster.identity("v1", Role.VOTER).node(), List.of("ws://voter.tailnet.invalid:8770"));
    assertThat(next(worker.failures).getFirst())
        .contains(
            "the SOCKS5 proxy socks5://localhost:%d could not connect".formatted(proxy.port()))
        .containsIgnoringCase("unreachable");
  }

  @Test
  void settingIsChecked() {
    assertThat(SocksProxy.parse("socks5://localhost:1055").toString())
        .isEqualTo("socks5://localhost:1055");
    for (String wrong : List.of("localhost:1055", "http://localhost:1055", "socks5://localhost")) {
      assertThatThrownBy(() -> SocksProxy.parse(wrong))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(wrong);
    }
  }

  @Test
  void addressesOfAgentsAreChecked() {
    assertThat(LinkAddress.parse("wss://a.example").toString()).isEqualTo("wss://a.example:443");
    assertThat(LinkAddress.parse("ws://[::1]:8770").loopback()).isTrue();
    assertThat(LinkAddress.parse("ws://100.64.0.7:8770").loopback()).isFalse();
    for (String wrong : List.of("100.64.0.7:8770", "http://a:1", "ws://", "ws://a:1/x", "")) {
      assertThatThrownBy(() -> LinkAddress.parse(wrong)).hasMessageContaining("no address");
    }
  }
}
