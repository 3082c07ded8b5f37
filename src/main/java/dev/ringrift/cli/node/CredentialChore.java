package dev.ringrift.cli.node;

import dev.ringrift.io.trust.Renewal;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews the node's credential in time, and says when that is not possible.
final class CredentialChore implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialChore.class);
  private static final Duration EVERY = Duration.ofMinutes(2);

  private final Renewal renewal;
  private String told = "";
  private long nextNanos = System.nanoTime();

  CredentialChore(Renewal renewal) {
    this.renewal = renewal;
  }

  @Override
  public void run() {
    if (System.nanoTime() - nextNanos < 0) {
      return;
    }
    nextNanos = System.nanoTime() + EVERY.toNanos();
    String text = renewal.renewIfDue().orElse("");
    if (!text.isEmpty() && !text.equals(told)) {
      LOG.warn("{}", text);
    }
    told = text;
  }
}
