package dev.ringrift.io.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcIdTest {
  @Test
  void aNameMayHoldBlanksAndBrackets() {
    String line =
        "4242 (a) b (c) S 1 4240 4239 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 1 0 987654 1 2 3";
    assertThat(ProcId.parse(line)).contains(new ProcId.Stat(4242, 'S', 4240, 4239, 987654));
    assertThat(ProcId.parse("4242 (a")).isEmpty();
    assertThat(ProcId.parse("void")).isEmpty();
  }

  @Test
  void thisProcessIsAliveAndAnotherOfItsNumberIsNot() {
    ProcId self = ProcId.stat(ProcessHandle.current().pid()).orElseThrow().id();
    assertThat(self.alive()).isTrue();
    assertThat(new ProcId(self.pid(), self.startTicks() + 1).alive()).isFalse();
  }
}
