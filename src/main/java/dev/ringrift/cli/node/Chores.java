package dev.ringrift.cli.node;

import dev.ringrift.agent.Agent;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.link.LinkTransport;
import dev.ringrift.io.logs.LogShipper;
import dev.ringrift.io.trust.NodeIdentity;
import dev.ringrift.io.trust.Renewal;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an agent looks after now and then, on a thread of its own: its credential, what was
/// revoked, lists of voters that have become wrong.
final class Chores implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Chores.class);
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final Duration RENEW_EVERY = Duration.ofMinutes(2);

  private final LinkTransport transport;
  private final Optional<Ledger> ledger;
  private final AgentConfig config;
  private final Agent agent;
  private final LogShipper shipper;
  private final Renewal renewal;
  private final Thread thread;
  private Set<String> revoked = Set.of();
  private String told = "";
  private boolean compared;
  private long nextRenewalNanos = System.nanoTime();

  Chores(
      LinkTransport transport,
      NodeIdentity identity,
      Agent agent,
      Optional<Ledger> ledger,
      LogShipper shipper,
      AgentConfig config) {
    this.transport = transport;
    this.agent = agent;
    this.shipper = shipper;
    this.ledger = ledger;
    this.config = config;
    renewal =
        new Renewal(
            transport,
            identity,
            () -> {
              var linked = new HashSet<>(agent.voters());
              linked.retainAll(transport.connected());
              return linked;
            },
            transport::credentialChanged);
    thread = Thread.ofVirtual().name("chores").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        shipper.target(logVoter());
        ledger.ifPresent(this::look);
        if (System.nanoTime() - nextRenewalNanos >= 0) {
          nextRenewalNanos = System.nanoTime() + RENEW_EVERY.toNanos();
          renewal.renewIfDue().ifPresent(this::tell);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /// Who gets this node's output: the leader, or a voter that can be reached, or this voter itself.
  private Optional<NodeId> logVoter() {
    Set<NodeId> connected = transport.connected();
    Optional<NodeId> leader = agent.leader();
    if (leader.filter(node -> connected.contains(node) || node.equals(config.node())).isPresent()) {
      return leader;
    }
    return agent.voters().stream()
        .filter(voter -> connected.contains(voter) || voter.equals(config.node()))
        .findFirst();
  }

  private void look(Ledger own) {
    Set<String> now = own.read(ClusterState::revoked);
    if (!now.equals(revoked)) {
      revoked = now;
      transport.recheck();
    }
    if (!compared && !own.read(ClusterState::clusterId).isEmpty()) {
      compared = true;
      Voting.compareVoters(config, own);
    }
  }

  private void tell(String text) {
    if (!text.equals(told)) {
      told = text;
      LOG.warn("{}", text);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
