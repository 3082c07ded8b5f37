package dev.ringrift.cli.node;

import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Scope;
import dev.ringrift.core.trust.TokenJudge;
import dev.ringrift.io.api.Caller;
import dev.ringrift.io.http.TokenCheck;
import java.util.stream.Collectors;

/// Lets the cluster's tokens open its HTTP.
final class Bearers {
  private Bearers() {}

  static TokenCheck check(TokenJudge judge) {
    return jwt ->
        switch (judge.judge(jwt, Scope.READ)) {
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
