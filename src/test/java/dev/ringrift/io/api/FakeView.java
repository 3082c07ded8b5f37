package dev.ringrift.io.api;

import dev.ringrift.agent.view.Health;
import dev.ringrift.agent.view.JobCounts;
import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.agent.view.NodeView;
import dev.ringrift.agent.view.Status;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Gpu;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// What a node shows, as a test sets it.
public final class FakeView implements NodeView {
  private final NodeId self;
  private final Role role;
  public volatile Optional<NodeId> leader = Optional.empty();
  public volatile List<NodeId> voters = List.of();
  public volatile List<String> reasons = List.of();
  public volatile String nodeReason = "";

  /// When set, `status` waits for it.
  public volatile Optional<CountDownLatch> statusBlock = Optional.empty();

  public FakeView(NodeId self, Role role) {
    this.self = self;
    this.role = role;
  }

  @Override
  public Health health() {
    return new Health(
        reasons.isEmpty() ? Health.State.OK : Health.State.DEGRADED,
        self,
        role,
        leader,
        7,
        42,
        "0.1.0",
        reasons,
        reasons.stream().map(reason -> "mend: " + reason).toList(),
        List.of());
  }

  @Override
  public Status status() {
    statusBlock.ifPresent(
        latch -> {
          try {
            latch.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return new Status(
        "lab",
        leader,
        7,
        new Status.Quorum(voters, voters.size(), voters.size() / 2 + 1),
        List.of(
            node(self, role, leader.filter(self::equals).isPresent()),
            node(new NodeId("gpu-1"), Role.WORKER, false)),
        new JobCounts(1, 2, 3, 4, 5, 6, 7),
        1_000);
  }

  private NodeStatus node(NodeId id, Role nodeRole, boolean leads) {
    boolean worker = nodeRole == Role.WORKER;
    return new NodeStatus(
        id,
        4711,
        nodeRole,
        leads,
        NodeStatus.State.UP,
        nodeReason,
        "0.1.0",
        worker ? 4 : 0,
        worker ? 1 : 0,
        worker
            ? List.of(
                new NodeStatus.GpuStatus(
                    new Gpu(0, "NVIDIA GeForce RTX 5090", 32607),
                    0.934567,
                    12_000,
                    Optional.of(AttemptId.of(7, 0, 1))),
                new NodeStatus.GpuStatus(
                    new Gpu(1, "NVIDIA GeForce RTX 5090", 32607), -1, -1, Optional.empty()))
            : List.of(),
        List.of("ws://127.0.0.1:8770"),
        0.42,
        worker ? List.of(AttemptId.of(7, 0, 1)) : List.of(),
        "",
        new NodeStatus.Load(0.25, 2_048, 100_000, "", ""));
  }

  @Override
  public Optional<NodeId> leader() {
    return leader;
  }

  @Override
  public List<NodeId> voters() {
    return voters;
  }
}
