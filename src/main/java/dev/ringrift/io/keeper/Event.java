package dev.ringrift.io.keeper;

/// What wakes the keeper's loop.
sealed interface Event {
  /// An agent has connected.
  record Connected(AgentLine line) implements Event {}

  /// An agent asks.
  record Asked(AgentLine line, Request.Line request) implements Event {}

  /// An agent's connection has ended.
  record Gone(AgentLine line) implements Event {}

  /// Something of a process may have changed.
  record Look() implements Event {}
}
