package dev.ringrift.io.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.Gpu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuTextTest {
  @Test
  void kindsAreNumberedOneAfterTheOther() {
    assertThat(GpuText.parse("2x RTX 5090 32607MiB, NVIDIA H100 80GB HBM3 80GiB"))
        .containsExactly(
            new Gpu(0, "RTX 5090", 32607),
            new Gpu(1, "RTX 5090", 32607),
            new Gpu(2, "NVIDIA H100 80GB HBM3", 81920));
    assertThat(GpuText.parse("4x RTX 5090 32607MiB")).hasSize(4);
    assertThat(GpuText.parse("8 x L4 24GB").getLast()).isEqualTo(new Gpu(7, "L4", 22888));
    assertThat(GpuText.parse(" ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"4x RTX 5090", "RTX 5090 lots", "4x 32607MiB,", "0x L4 24GB", "65x L4 24GB"})
  void whatIsNoGpuIsAnErrorThatSaysWhatIsRight(String text) {
    assertThatThrownBy(() -> GpuText.parse(text))
        .isInstanceOfSatisfying(
            UserError.class,
            error -> {
              assertThat(error.what()).contains(text);
              assertThat(error.because()).isNotEmpty();
              assertThat(error.mend()).isNotEmpty();
            });
  }
}
