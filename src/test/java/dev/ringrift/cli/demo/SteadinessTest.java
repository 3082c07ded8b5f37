package dev.ringrift.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SteadinessTest {
  private static final Duration EVERY = Duration.ofMillis(100);

  private final List<Duration> pauses = new ArrayList<>();

  @Test
  void whatIsWellMustStaySo() {
    Optional<String> wrong =
        of("well", "well", "bad", "well", "well", "bad", "well", "well", "well", "well", "well")
            .await(Duration.ofMillis(300), Duration.ofSeconds(10));
    assertThat(wrong).isEmpty();
    assertThat(pauses).hasSize(9);
  }

  @Test
  void whatNeverStaysWellIsSaidWithinTheTime() {
    Optional<String> wrong =
        of(Stream.iterate(0, i -> i + 1).map(i -> i % 3 == 0 ? "bad " + i : "well").iterator())
            .await(Duration.ofMillis(300), Duration.ofSeconds(1));
    assertThat(wrong).contains("bad 9");
    assertThat(pauses).hasSize(10);
  }

  private Steadiness of(String... looks) {
    return of(List.of(looks).iterator());
  }

  private Steadiness of(Iterator<String> looks) {
    return new Steadiness(
        () -> Optional.of(looks.next()).filter(look -> !look.equals("well")), pauses::add, EVERY);
  }
}
