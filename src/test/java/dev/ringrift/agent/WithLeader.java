package dev.ringrift.agent;

import dev.ringrift.agent.view.NodeStatus;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.TaskState;
import dev.ringrift.core.ledger.TestCluster;

/// A voter that is made to lead, with a worker.
abstract class WithLeader {
  final AgentRig rig = AgentRig.voter("v1");
  final ScriptedLedger ledger = rig.ledger;
  final ScriptedNetwork network = rig.network;
  final TestCluster cluster = ledger.cluster;
  final NodeId w1 = new NodeId("w1");
  final AttemptId id = AttemptId.of(1, 0, 1);

  /// `v1` leads term 2, and `w1` has said that it has room and that nothing runs there.
  final void leadWithWorker() {
    network.connect("w1", "w2", "v2", "v3");
    lead(2);
    rig.hello("w1", 4);
    rig.report("w1", 2);
    rig.tick();
  }

  final void lead(long term) {
    ledger.leads(term, "v1", true, true);
    rig.tick();
  }

  final long submit(JobSpec spec) {
    long job = cluster.submit(spec);
    rig.tick();
    return job;
  }

  final TaskState state() {
    return cluster.task(1, 0).state();
  }

  final NodeStatus.State shown(String node) {
    rig.pass(1);
    return rig.agent.status().nodes().stream()
        .filter(status -> status.id().value().equals(node))
        .findFirst()
        .orElseThrow()
        .state();
  }

  final void hears(String node, int seconds) {
    for (int i = 0; i < seconds; i++) {
      rig.beat(node);
      rig.pass(1);
    }
  }
}
