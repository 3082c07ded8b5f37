package dev.ringrift.io.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.io.api.FakeView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final NodeId V1 = new NodeId("v1");

  private final FakeView view = new FakeView(V1, Role.VOTER);
  private final Metrics metrics =
      new Metrics(view, () -> Map.of(new NodeId("v2"), Duration.ofMillis(12)));

  @Test
  void everyNodeTellsOfItself() {
    view.leader = Optional.of(new NodeId("v2"));
    assertThat(metrics.text())
        .contains(
            "ringrift_up 1.0",
            "ringrift_node{node=\"v1\",role=\"voter\",version=\"0.1.0\"} 1.0",
            "ringrift_leader 0.0",
            "ringrift_term 7.0",
            "ringrift_link_round_trip_seconds{peer=\"v2\"} 0.012")
        .doesNotContain("ringrift_tasks{");
    view.reasons = List.of("the disk is full");
    assertThat(metrics.text()).contains("ringrift_up 0.0");
  }

  @Test
  void theLeaderTellsOfTheCluster() {
    view.leader = Optional.of(V1);
    view.voters = List.of(V1);
    assertThat(metrics.text())
        .contains(
            "ringrift_leader 1.0",
            "ringrift_tasks{state=\"running\"} 3.0",
            "ringrift_node_up{node=\"gpu-1\"} 1.0",
            "ringrift_slots_used{node=\"gpu-1\"} 1.0",
            "ringrift_voters_alive 1.0",
            "ringrift_gpu_utilisation{gpu=\"0\",model=\"NVIDIA GeForce RTX 5090\",node=\"gpu-1\"}")
        .doesNotContain("ringrift_gpu_utilisation{gpu=\"1\"");
  }

  @Test
  void requestsAreCountedByMethodAndStatusAndStrangeMethodsAsOne() {
    metrics.httpAnswered("GET", 200, 2_000_000);
    metrics.httpAnswered("BREW", 405, 2_000_000);
    metrics.httpAnswered("WHEN", 405, 2_000_000);
    assertThat(metrics.text())
        .contains(
            "ringrift_http_requests_total{method=\"GET\",status=\"200\"} 1.0",
            "ringrift_http_requests_total{method=\"OTHER\",status=\"405\"} 2.0",
            "ringrift_http_request_seconds_bucket{le=\"0.005\"} 3");
  }
}
