package dev.ringrift.io.api;

import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Caller;

/// Whether a caller may ask a question, or why not.
final class Permission {
  private Permission() {}

  /// @param worker whether the node that was asked is no voter: it changes nothing for anybody, so
  ///     that nobody has a reason to show it a strong token
  static void check(Route.Access access, ApiCall call, boolean worker) {
    Caller caller = call.caller();
    if (access.changes() && worker) {
      throw new ApiError(
          403,
          new UserError(
              "a worker changes nothing",
              "%s %s is for voters".formatted(call.method(), call.path()),
              "send it to a voter; /cluster/status lists them with their addresses"));
    }
    if (access.allows(caller)) {
      return;
    }
    if (caller.proved()) {
      throw new ApiError(
          403,
          new UserError(
              "%s may not %s".formatted(caller.name(), verb(access)),
              caller.kind() == Caller.Kind.TOKEN
                  ? "its token has the scopes " + String.join(", ", caller.scopes())
                  : "it is a " + caller.role().map(role -> role.label()).orElse("stranger"),
              "use a token made with: ringrift token create --scope " + scope(access)));
    }
    throw new ApiError(
        401,
        new UserError(
            "%s may not %s without a token".formatted(caller.name(), verb(access)),
            switch (caller.kind()) {
              case LOOPBACK -> "this machine may read, and change nothing";
              case TAILNET -> "the tailnet may read /health, /cluster/status and /metrics";
              case TUNNEL, TOKEN, LINK -> "it is not known who asks";
            },
            "send 'Authorization: Bearer TOKEN'; make one with: ringrift token create --scope "
                + scope(access)));
  }

  private static String verb(Route.Access access) {
    return switch (access) {
      case STATUS, READ -> "read this";
      case SUBMIT -> "change jobs";
      case ADMIN -> "change the cluster";
    };
  }

  private static String scope(Route.Access access) {
    return switch (access) {
      case STATUS, READ -> Caller.READ;
      case SUBMIT -> Caller.SUBMIT;
      case ADMIN -> Caller.ADMIN;
    };
  }
}
