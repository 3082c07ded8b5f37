package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
  @ParameterizedTest
  @CsvSource({
    "*.pth, models/v2/a.pth, true",
    "*.pth, a.pth, true",
    "*.pth, a.pth.old, false",
    "models/*.pth, models/a.pth, true",
    "models/*.pth, models/v2/a.pth, false",
    "models/*.pth, x/models/a.pth, false",
    "models/**, models/v2/a.pth, true",
    "**/a.pth, a.pth, true",
    "**/a.pth, x/y/a.pth, true",
    "a?.db, ab.db, true",
    "a?.db, a.db, false",
    "[ab]1, b1, true",
    "[!ab]1, b1, false",
    "[!ab]1, c1, true",
    "a[.db, a[.db, true",
    "a.b, axb, false",
    "(x|y)+$, (x|y)+$, true",
    "'{a,b}.db', a.db, false"
  })
  void patternMeansWhatItSays(String pattern, String path, boolean matches) {
    assertThat(PathPattern.parse(pattern).matches(new RelativePath(path))).isEqualTo(matches);
  }

  @Test
  void nothingIsNoPattern() {
    assertThatThrownBy(() -> PathPattern.parse(" ")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PathPattern.parse("[z-a]")).hasMessageContaining("[z-a]");
  }
}
