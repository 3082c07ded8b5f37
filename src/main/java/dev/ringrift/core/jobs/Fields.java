package dev.ringrift.core.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A typed view of named fields that a person or program wrote, in whatever notation. A field that
/// is missing is empty, and so is one of another type, which is noted as a problem: reading goes on
/// to the end, so that all problems are known at once. Names are those of a job file (`vram_gb`).
///
/// @param <F> its own type
public interface Fields<F extends Fields<F>> {
  /// Whether the field is there with something in it.
  boolean has(String name);

  Optional<String> text(String name);

  /// A whole number within limits.
  Optional<Integer> whole(String name, int min, int max);

  /// A number that is not negative.
  Optional<Double> amount(String name);

  Optional<Boolean> flag(String name);

  Optional<Duration> duration(String name);

  /// A list of texts or numbers; empty where it is missing.
  List<String> texts(String name);

  /// Texts by name; empty where it is missing.
  Map<String, String> textMap(String name);

  /// The fields within one.
  Optional<F> section(String name);

  /// Notes a problem with a field.
  void problem(String name, String text);

  /// Notes that a field has to be there.
  void missing(String name, String hint);

  /// Notes every field that nobody asked for. To be called last.
  void refuseOthers();
}
