package dev.ringrift.sim;

import dev.ringrift.ledger.LedgerConformance;
import dev.ringrift.ledger.LedgerLab;

/// The model of the ledger keeps the promises that Ratis is held to.
final class SimLedgerConformanceTest extends LedgerConformance {
  @Override
  protected LedgerLab.Factory factory() {
    return voters -> new SimLab(42, voters);
  }
}
