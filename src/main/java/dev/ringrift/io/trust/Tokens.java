package dev.ringrift.io.trust;

import dev.ringrift.core.Role;
import dev.ringrift.core.trust.Refusal;
import dev.ringrift.core.trust.Rights;
import dev.ringrift.core.trust.Scope;
import dev.ringrift.core.trust.Token;
import dev.ringrift.core.trust.TokenJudge;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Judges bearer tokens by the trust of one node. A worker grants no more than its own role may, so
/// that no strong token is of use on a rented host.
final class Tokens implements TokenJudge {
  private final NodeIdentity identity;
  private final Predicate<String> revoked;

  Tokens(NodeIdentity identity, Predicate<String> revoked) {
    this.identity = identity;
    this.revoked = revoked;
  }

  @Override
  public Ruling judge(String bearer) {
    Token token;
    long now = identity.clusterMillis();
    try {
      Jwt jwt = Jwt.parse(Jwt.Kind.TOKEN, bearer);
      token = Claims.token(jwt);
      if (!token.cluster().equals(identity.trust().cluster())) {
        return new Ruling.Denied(Refusal.WRONG_CLUSTER, "the token is of another cluster");
      }
      Optional<Refusal> objection = Signatures.operator(jwt, identity.trust(), now);
      if (objection.isPresent()) {
        return new Ruling.Denied(objection.get(), "the token is not signed by the operator");
      }
    } catch (IllegalArgumentException e) {
      return new Ruling.Denied(
          Refusal.BAD_SIGNATURE, "the token cannot be read: " + String.valueOf(e.getMessage()));
    }
    if (revoked.test(token.id())) {
      return new Ruling.Denied(Refusal.REVOKED, "the token was revoked");
    }
    if (now / 1000 >= token.expiresSeconds()) {
      return new Ruling.Denied(
          Refusal.EXPIRED, "the token ended at " + Instant.ofEpochSecond(token.expiresSeconds()));
    }
    Set<Scope> granted =
        Arrays.stream(Scope.values())
            .filter(scope -> Scope.covered(token.scopes(), scope))
            .filter(scope -> Scope.covered(Rights.scopes(here()), scope))
            .collect(Collectors.toSet());
    return new Ruling.Allowed(
        new Token(
            token.cluster(),
            token.id(),
            token.subject(),
            granted,
            token.issuedSeconds(),
            token.expiresSeconds()));
  }

  @Override
  public Ruling judge(String bearer, Scope wanted) {
    Ruling ruling = judge(bearer);
    if (ruling instanceof Ruling.Allowed allowed
        && !Scope.covered(allowed.token().scopes(), wanted)) {
      return new Ruling.Denied(
          Refusal.WRONG_ROLE,
          "this needs scope '%s'; on this %s the token has %s"
              .formatted(
                  wanted.label(),
                  here().label(),
                  allowed.token().scopes().stream().map(Scope::label).sorted().toList()));
    }
    return ruling;
  }

  private Role here() {
    return identity.role().orElse(Role.WORKER);
  }
}
