package dev.ringrift.cli.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Waits until something is well and stays so.
///
/// A cluster of several processes that have just started can be well at one moment and not at the
/// next: their code is being compiled while the voters already wait for each other.
///
/// @param look says what is wrong now, if anything is
/// @param pause waits
/// @param every between two looks
record Steadiness(Supplier<Optional<String>> look, Consumer<Duration> pause, Duration every) {
  /// Returns when all has been well for `span`, or when that did not come to be within `max`.
  ///
  /// @return what was last wrong; empty when it is steady
  Optional<String> await(Duration span, Duration max) {
    Duration waited = Duration.ZERO;
    Duration well = Duration.ZERO;
    String last = "nobody has looked";
    while (waited.compareTo(max) < 0) {
      Optional<String> wrong = look.get();
      last = wrong.orElse(last);
      well = wrong.isPresent() ? Duration.ZERO : well.plus(every);
      if (well.compareTo(span) > 0) {
        return Optional.empty();
      }
      pause.accept(every);
      waited = waited.plus(every);
    }
    return Optional.of(last);
  }
}
