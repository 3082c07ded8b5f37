package dev.ringrift.io.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskBudgetTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "500GB,500000000000",
    "500 gb,500000000000",
    "2TiB,2199023255552",
    "1.5k,1500",
    "64M,64000000",
    "none,9223372036854775807"
  })
  void aSizeIsReadAsPeopleWriteIt(String text, long bytes) throws Exception {
    assertThat(DiskBudget.parse(text).of(folder)).isEqualTo(bytes);
  }

  @Test
  void aShareIsOfTheWholeDisk() throws Exception {
    long disk = Files.getFileStore(folder).getTotalSpace();
    assertThat(DiskBudget.parse("50%").of(folder)).isEqualTo(disk / 100 * 50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "500", "many", "0%", "101%", "-1GB", "1PB"})
  void whatIsNoSizeIsRefusedWithWhatMayBeWritten(String text) {
    assertThatThrownBy(() -> DiskBudget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("500GB");
  }
}
