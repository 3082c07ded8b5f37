package dev.ringrift.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountTest {
  @Test
  void onlyOneIsSingular() {
    assertThat(Count.of(0, "task")).isEqualTo("0 tasks");
    assertThat(Count.of(1, "task")).isEqualTo("1 task");
    assertThat(Count.of(2, "waiting task")).isEqualTo("2 waiting tasks");
  }
}
