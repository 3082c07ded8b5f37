package dev.ringrift.cli.node;

import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.core.trust.Scope;
import dev.ringrift.core.trust.TokenJudge;
import dev.ringrift.io.gate.TokenCheck;
import java.util.stream.Collectors;

/// Lets the cluster's tokens open its ports.
final class Bearers {
  private Bearers() {}

  /// For the control port.
  static TokenCheck check(TokenJudge judge) {
    return jwt -> caller(judge.judge(jwt, Scope.READ));
  }

  /// For the data server, to which people also show tokens that allow nothing else.
  static TokenCheck data(TokenJudge judge) {
    return jwt -> caller(judge.judge(jwt));
  }

  private static Caller caller(TokenJudge.Ruling ruling) {
    return switch (ruling) {
      case TokenJudge.Ruling.Allowed allowed ->
          Caller.token(
              allowed.token().subject(),
              allowed.token().scopes().stream().map(Scope::label).collect(Collectors.toSet()));
      case TokenJudge.Ruling.Denied denied ->
          throw new UserError(
              "the token is refused: " + denied.reason().label(),
              denied.detail(),
              "make a new one with 'ringrift token create'");
    };
  }
}
