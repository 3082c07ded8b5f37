package dev.ringrift.io.data.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangesTest {
  private static ByteRanges parse(String header, long size) {
    return ByteRanges.parse(Optional.of(header), size);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0",
    "bytes=0-, 0, 99",
    "bytes=10-19, 10, 19",
    "bytes=90-1000, 90, 99",
    "bytes=-1, 99, 99",
    "bytes=-1000, 0, 99",
    "BYTES= 5-6 , 5, 6",
    "bytes=0-999999999999999999, 0, 99"
  })
  void oneRangeIsCutAtTheEndOfTheFile(String header, long first, long last) {
    assertThat(parse(header, 100)).isEqualTo(new ByteRanges.Parts(List.of(new Span(first, last))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=500-600, 700-"})
  void whatLiesBehindTheEndIsBeyond(String header) {
    assertThat(parse(header, 100)).isEqualTo(new ByteRanges.Beyond());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=9-3",
        "bytes=1-2,",
        "bytes=1-2;3-4",
        "lines=1-2",
        "bytes=1--2",
        "bytes=99999999999999999999-"
      })
  void aHeaderThatIsNotUnderstoodMeansTheWhole(String header) {
    assertThat(parse(header, 100)).isEqualTo(new ByteRanges.Whole());
  }

  @Test
  void anEmptyFileHasNoRange() {
    assertThat(parse("bytes=0-", 0)).isEqualTo(new ByteRanges.Beyond());
    assertThat(ByteRanges.parse(Optional.empty(), 0)).isEqualTo(new ByteRanges.Whole());
  }

  @Test
  void overlappingAndTouchingRangesAreJoined() {
    assertThat(parse("bytes=50-59, 0-9, 10-19, 55-70", 100))
        .isEqualTo(new ByteRanges.Parts(List.of(new Span(0, 19), new Span(50, 70))));
  }

  @Test
  void aboveTheMostPartsTheWholeIsGiven() {
    assertThat(parse(apart(ByteRanges.PARTS_MAX), 100)).isInstanceOf(ByteRanges.Parts.class);
    assertThat(parse(apart(ByteRanges.PARTS_MAX + 1), 100)).isEqualTo(new ByteRanges.Whole());
  }

  private static String apart(int parts) {
    List<String> each = IntStream.range(0, parts).mapToObj(i -> 2 * i + "-" + 2 * i).toList();
    return "bytes=" + String.join(",", each);
  }
}
