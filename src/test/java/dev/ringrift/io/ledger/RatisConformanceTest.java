package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import dev.ringrift.core.ledger.Vocabulary;
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

  static void fill(LedgerLab lab, int jobs) {
    commitMany(lab, jobs);
  }

  static final Vocabulary NEXT_PROGRAM = NEXT;

  static void raiseVersion(LedgerLab lab) {
    raise(lab);
  }

  static NodeId anyLeader(LedgerLab lab) {
    return leader(lab);
  }

  static Proposal ask(LedgerLab lab, NodeId node, Command command) {
    return propose(lab, node, command);
  }

  static Outcome commitOn(LedgerLab lab, NodeId node, Command command) {
    return commit(lab, node, command);
  }
}
