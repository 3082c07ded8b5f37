package dev.ringrift.cli.node;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.ledger.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Commits a cluster's first command on the voter that begins it, and then takes the note of it out
/// of the data folder.
final class Founder implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Founder.class);

  private final NodeFolder folder;
  private final NodeFolder.Birth birth;
  private final Ledger ledger;
  private final Clock clock;
  private boolean done;

  Founder(NodeFolder folder, NodeFolder.Birth birth, Ledger ledger, Clock clock) {
    this.folder = folder;
    this.birth = birth;
    this.ledger = ledger;
    this.clock = clock;
  }

  @Override
  public void run() {
    if (done) {
      return;
    }
    if (!ledger.read(state -> state.clusterId()).isEmpty()) {
      folder.born();
      done = true;
      LOG.info("the cluster {} has begun with the voters {}", birth.name(), birth.voters());
    } else if (ledger.standing().mayAct()) {
      // Twice does no harm: the state takes the first one only.
      ledger.propose(
          new Command.Found(birth.clusterId(), birth.name(), birth.voters(), clock.wallMillis()),
          proposal -> LOG.info("the first command: {}", proposal));
    }
  }
}
