package dev.ringrift.io.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.jobs.Gpu;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Durations, GPUs, addresses and misspelt words.
class TextsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms,500",
    "90s,90000",
    "5m,300000",
    "2h,7200000",
    "1d,86400000",
    "1h30m,5400000",
    "0,0",
    "1.5h,5400000",
    "' 2 h ',7200000"
  })
  void durationsAreRead(String text, long millis) {
    Duration duration = DurationText.parse(text);
    assertThat(duration).isEqualTo(Duration.ofMillis(millis));
    assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "", "-5m", "5 minutes", "m", "1e9h", "5M"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> DurationText.parse(text)).hasMessageContaining("90s, 5m, 2h");
  }

  @Test
  void gpusAreNumberedInTheirOrder() {
    assertThat(GpuText.parse("2x RTX 5090 32607MiB, H100 80GB"))
        .containsExactly(
            new Gpu(0, "RTX 5090", 32607),
            new Gpu(1, "RTX 5090", 32607),
            new Gpu(2, "H100", 76293));
    assertThat(GpuText.parse("none")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "4x 5090", "0x A10 24GB", "999x A10 24GB", "A10 24GB,"})
  void whatNamesNoGpusIsRefused(String text) {
    assertThatThrownBy(() -> GpuText.parse(text)).hasMessageContaining("names no GPUs");
  }

  @ParameterizedTest
  @CsvSource({
    "host,ws://host:8770",
    "10.0.0.1:9,ws://10.0.0.1:9",
    "[::1]:9,ws://[::1]:9",
    "wss://h,wss://h:443",
    "http://h:1/,ws://h:1"
  })
  void addressesGetTheFormThatLinksDial(String text, String normal) {
    assertThat(Addresses.normalise(text)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ftp://h", "ws://u@h", "ws://h/path", "h:99999"})
  void whatIsNoAddressIsRefused(String text) {
    assertThatThrownBy(() -> Addresses.normalise(text)).hasMessageContaining("is no address");
  }

  @Test
  void theNearestWordIsFoundAndAFarOneIsNot() {
    assertThat(Nearest.to("prot", List.of("port", "node"))).contains("port");
    assertThat(Nearest.to("resource", List.of("resources", "retry"))).contains("resources");
    assertThat(Nearest.to("banana", List.of("port", "node", "priority"))).isEmpty();
  }
}
