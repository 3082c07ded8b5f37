package dev.ringrift.io.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SystemClockTest {
  @Test
  void bootTimeIsTheSameByBothWays() {
    long linked = new SystemClock().bootNanos();
    long read = new SystemClock(null).bootNanos();
    assertThat(Duration.ofNanos(read - linked).abs()).isLessThan(Duration.ofSeconds(2));
    assertThat(new SystemClock().bootNanos()).isGreaterThanOrEqualTo(linked);
  }

  @Test
  void uptimeIsReadInHundredths() {
    assertThat(SystemClock.parseUptime("350735.47 234388.90\n")).isEqualTo(350_735_470_000_000L);
  }
}
