package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"latest.pth", "models/latest.pth", "a b/ü-1+2.tar.gz", "other/o"})
  void wordsBetweenSlashesAreAName(String text) {
    assertThat(new DataName(text).value()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/a", "a/", "a//b", "..", "a/../b", ".hidden", "a/.part", "a\\b", "a\nb", "o/x",
        "health"
      })
  void nothingThatCouldLeaveTheFolderOrMeetAnotherFileIsAName(String text) {
    assertThatThrownBy(() -> new DataName(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
