package dev.ringrift.io.ledger;

import dev.ringrift.ledger.LedgerConformance;
import dev.ringrift.ledger.LedgerLab;
import org.junit.jupiter.api.AfterAll;

class RatisConformanceTest extends LedgerConformance {
  @Override
  protected LedgerLab.Factory factory() {
    return RatisLab::start;
  }

  @AfterAll
  static void closeAll() {
    RatisLab.closeAll();
  }
}
