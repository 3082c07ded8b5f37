package dev.ringrift.io.api;

import dev.ringrift.core.trust.Caller;
import java.util.Map;
import java.util.Optional;

/// One question to a node.
///
/// @param method `GET` or `POST`
/// @param path decoded, from the first slash, without the query
/// @param query one value for each name
/// @param body JSON text, or empty
/// @param hops how many nodes handed it on before it came here
public record ApiCall(
    String method, String path, Map<String, String> query, String body, Caller caller, int hops) {
  /// Longest that a call may wait for something to happen, in milliseconds.
  public static final int WAIT_MILLIS_MAX = 30_000;

  public ApiCall {
    query = Map.copyOf(query);
  }

  public static ApiCall get(String path, Map<String, String> query, Caller caller) {
    return new ApiCall("GET", path, query, "", caller, 0);
  }

  public static ApiCall post(String path, String body, Caller caller) {
    return new ApiCall("POST", path, Map.of(), body, caller, 0);
  }

  /// The value of a query parameter, if it is there and not empty.
  public Optional<String> param(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  /// A query parameter that is a number.
  ///
  /// @throws ApiError when it is none
  public long number(String name, long otherwise, long min, long max) {
    Optional<String> text = param(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text.get());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw ApiError.bad("%s=%s is no number".formatted(name, text.get()), "", "");
    }
    throw ApiError.bad(
        "%s=%s is out of range".formatted(name, text.get()),
        "",
        "use %d to %d".formatted(min, max));
  }

  /// Whether a query parameter is `1` or `true`.
  public boolean flag(String name) {
    return param(name).filter(value -> value.equals("1") || value.equals("true")).isPresent();
  }

  /// Whether a query parameter is `0` or `false`.
  boolean off(String name) {
    return param(name).filter(value -> value.equals("0") || value.equals("false")).isPresent();
  }

  /// How long the caller wants it to wait for something to happen.
  public long waitMillis() {
    return number("wait_ms", 0, 0, WAIT_MILLIS_MAX);
  }
}
