package dev.ringrift.io.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class StatusApiTest {
  private static final Caller LOOPBACK = Caller.loopback("127.0.0.1");

  private final FakeCluster cluster = FakeCluster.ofFour();

  private JsonNode get(String node, String path) {
    return cluster.node(node).call("GET", path, "", LOOPBACK).tree();
  }

  private void pass(Duration span) {
    cluster.nowNanos.addAndGet(span.toNanos());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "w1"})
  void everyNodeGivesTheLeadersView(String node) {
    JsonNode status = get(node, "/cluster/status");
    assertThat(status.path("leader").asString()).isEqualTo("v1");
    assertThat(status.path("nodes").get(0).path("id").asString()).isEqualTo("v1");
    assertThat(status.has("stale")).isFalse();
    assertThat(get(node, "/cluster/status?local=1").path("nodes").get(0).path("id").asString())
        .isEqualTo(node);
  }

  @Test
  void aStatusHasEveryFieldOfTheProtocol() {
    JsonNode status = get("v1", "/cluster/status");
    assertThat(Json.text(status.path("quorum")))
        .isEqualTo("{\"voters\":3,\"alive\":3,\"needed\":2}");
    assertThat(Json.text(status.path("jobs")))
        .isEqualTo(
            "{\"waiting\":1,\"placed\":2,\"running\":3,\"succeeded\":4,\"failed\":5,"
                + "\"cancelled\":6,\"lost\":7}");
    assertThat(Json.text(status.path("nodes").get(1)))
        .isEqualTo(
            """
            {"id":"gpu-1","state":"up","reason":"","role":"worker","roles":["worker"],\
            "leader":false,"slots":{"total":4,"used":1},"gpus":[{"index":0,\
            "model":"NVIDIA GeForce RTX 5090","vram_mib":32607,"utilisation":0.935,\
            "vram_used_mib":12000,"busy_with":"7.0.1"},{"index":1,\
            "model":"NVIDIA GeForce RTX 5090","vram_mib":32607,"utilisation":null,\
            "vram_used_mib":null,"busy_with":null}],"addresses":["ws://127.0.0.1:8770"],\
            "last_seen_s":0.4,"running":["7.0.1"],"pid":4711,"version":"0.1.0",\
            "drain_reason":"","load":{"cpu":0.25,"memory_used_mib":2048,\
            "disk_free_mib":100000,"problem":"","refusal":""},"data":""}""");
  }

  @Test
  void withoutALeaderTheLastStatusIsGivenWithItsAge() {
    get("v2", "/cluster/status");
    cluster.lead("");
    pass(Duration.ofSeconds(90));
    JsonNode status = get("v2", "/cluster/status");
    assertThat(status.path("stale").asBoolean()).isTrue();
    assertThat(status.path("age_s").asDouble()).isEqualTo(90);
    assertThat(status.path("leader").isNull()).isTrue();
    assertThat(status.path("nodes").get(0).path("leader").asBoolean()).isFalse();
    assertThat(status.path("nodes").get(0).path("roles")).hasSize(1);
    assertThat(status.path("nodes").get(0).path("id").asString()).isEqualTo("v1");
  }

  @Test
  void theFreshestOfTheKnownIsGiven() {
    get("v3", "/cluster/status");
    pass(Duration.ofSeconds(30));
    get("v2", "/cluster/status");
    cluster.lead("");
    pass(Duration.ofSeconds(60));
    assertThat(get("w1", "/cluster/status").path("age_s").asDouble()).isEqualTo(60);
    assertThat(get("v3", "/cluster/status").path("stale").asBoolean()).isTrue();
  }

  @Test
  void aLeaderThatLostItsMajorityDoesNotCallItsViewCurrent() {
    get("v1", "/cluster/status");
    cluster.node("v1").ledger.fresh = false;
    pass(Duration.ofSeconds(5));
    for (String other : List.of("v2", "v3", "w1")) {
      cluster.cut("v1", other);
    }
    JsonNode status = get("v1", "/cluster/status");
    assertThat(status.path("stale").asBoolean()).isTrue();
    assertThat(status.path("age_s").asDouble()).isEqualTo(5);
  }

  @Test
  void nodesAreAnArrayAndOneNodeIsFoundById() {
    JsonNode nodes = get("w1", "/api/v1/nodes");
    assertThat(nodes.isArray()).isTrue();
    assertThat(nodes.get(0).path("pid").asLong()).isEqualTo(4711);
    assertThat(get("v2", "/api/v1/nodes/gpu-1").path("role").asString()).isEqualTo("worker");
    assertThat(get("v2", "/api/v1/nodes/none").path("error").asString()).isEqualTo("no node none");
  }

  @Test
  void thePageShowsTheFactsWithoutAnyScript() {
    cluster.submit(3);
    String page = cluster.node("v2").call("GET", "/", "", LOOPBACK).text();
    assertThat(page)
        .contains("<strong>v1</strong>", "voter, leader", "2× RTX 5090, 94 %", "hello", "3 waiting")
        .doesNotContain("<script", "onload", "http://", "https://");
    String forPhone = cluster.node("v2").call("GET", "/", "", Caller.tailnet("100.64.0.9")).text();
    assertThat(forPhone).contains("gpu-1").doesNotContain("hello", "3 waiting");
  }

  @Test
  void whatNodesAndJobsCallThemselvesCannotBecomeHtml() {
    cluster.node("v1").view.nodeReason = "<img src=x onerror=alert(1)>";
    cluster.node("v1").view.leader = Optional.of(new NodeId("v1"));
    cluster
        .node("v1")
        .call(
            "POST",
            "/api/v1/jobs",
            "{\"key\":\"x\",\"spec\":{\"name\":\"<b>&'\\\"\",\"run\":[\"true\"]}}",
            Caller.token("<i>", Set.of(Caller.SUBMIT)));
    String page = cluster.node("v1").call("GET", "/", "", LOOPBACK).text();
    assertThat(page)
        .contains("&lt;img src=x", "&lt;b&gt;&amp;&#39;&quot;", "&lt;i&gt;")
        .doesNotContain("<img", "<b>", "<i>");
  }

  @Test
  void withoutALeaderThePageSaysSo() {
    cluster.lead("");
    cluster.node("v2").view.reasons = List.of("it hears no other voter");
    assertThat(cluster.node("v2").call("GET", "/", "", LOOPBACK).text())
        .contains("No leader answers", "v2: it hears no other voter");
  }
}
