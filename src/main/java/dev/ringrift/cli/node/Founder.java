package dev.ringrift.cli.node;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.ledger.Command;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Commits a cluster's first command on the voter that begins it, and then takes the note of it out
/// of the data folder.
final class Founder implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Founder.class);
  private static final long LOOK_MILLIS = 50;

  private final NodeFolder folder;
  private final NodeFolder.Birth birth;
  private final Ledger ledger;
  private final Clock clock;

  Founder(NodeFolder folder, NodeFolder.Birth birth, Ledger ledger, Clock clock) {
    this.folder = folder;
    this.birth = birth;
    this.ledger = ledger;
    this.clock = clock;
  }

  @Override
  public void run() {
    try {
      while (ledger.read(state -> state.clusterId().isEmpty())) {
        if (ledger.standing().mayAct()) {
          found();
        }
        Thread.sleep(LOOK_MILLIS);
      }
      folder.born();
      LOG.info("the cluster {} has begun with the voters {}", birth.name(), birth.voters());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the agent stops; its next start goes on
    }
  }

  private void found() throws InterruptedException {
    CompletableFuture<Ledger.Proposal> answer = new CompletableFuture<>();
    ledger.propose(
        new Command.Found(birth.clusterId(), birth.name(), birth.voters(), clock.wallMillis()),
        answer::complete);
    try {
      answer.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the first command is not committed yet: {}", e.toString());
    }
  }
}
