package dev.ringrift.core;

/// A number with what it counts, as people say it: `1 task`, `2 tasks`.
public final class Count {
  private Count() {}

  /// @param noun for one of them; its plural ends in a plain `s`
  public static String of(long number, String noun) {
    return number == 1 ? "1 " + noun : number + " " + noun + "s";
  }
}
