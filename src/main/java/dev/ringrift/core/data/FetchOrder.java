package dev.ringrift.core.data;

/// What a fetch has to do next, as `PiecePicker` says it.
public sealed interface FetchOrder {
  /// Which transfer it is about.
  int transfer();

  /// Ask `source` for a range.
  ///
  /// @param race whether another transfer is at the same bytes: keep these apart until they are
  ///     all there, for the two must not write over each other
  record Start(int transfer, int source, PieceRange range, boolean race) implements FetchOrder {}

  /// Let a transfer end at `at`, counted from the piece's beginning, or where it is by now; then
  /// call `PiecePicker.cut`.
  record Cut(int transfer, int at) implements FetchOrder {}

  /// Stop a transfer; then call `PiecePicker.ended`.
  ///
  /// @param silentSeconds for how long its source gave no byte; 0 when it was only not the first
  record Abandon(int transfer, int silentSeconds) implements FetchOrder {}
}
