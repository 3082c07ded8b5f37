package dev.ringrift.io.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.trust.ClusterTrust;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.core.trust.Delegation;
import dev.ringrift.core.trust.Scope;
import dev.ringrift.core.trust.Token;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Between the claims of JWTs and the records of `core.trust`. Reading throws
/// `IllegalArgumentException` with what is wrong.
final class Claims {
  private static final String OPERATOR = "operator";

  private Claims() {}

  static Map<String, Object> of(Credential credential) {
    Map<String, Object> claims =
        common(credential.cluster(), credential.id(), credential.node().value());
    claims.put("iss", credential.byOperator() ? OPERATOR : "voter:" + credential.issuer());
    claims.put("role", credential.role().label());
    claims.put("cnf", confirmation(credential.key()));
    claims.put("iat", credential.issuedSeconds());
    claims.put("exp", credential.expiresSeconds());
    return claims;
  }

  static Credential credential(Jwt jwt) {
    String issuer = jwt.text("iss");
    if (!issuer.equals(OPERATOR) && !issuer.startsWith("voter:")) {
      throw new IllegalArgumentException("issuer '%s' is not known".formatted(issuer));
    }
    return new Credential(
        jwt.text("cluster"),
        jwt.text("jti"),
        new NodeId(jwt.text("sub")),
        role(jwt.text("role")),
        key(jwt),
        issuer.equals(OPERATOR) ? "" : issuer.substring("voter:".length()),
        jwt.number("iat"),
        jwt.number("exp"));
  }

  static Map<String, Object> of(Delegation delegation) {
    Map<String, Object> claims =
        common(delegation.cluster(), delegation.id(), delegation.voter().value());
    claims.put("iss", OPERATOR);
    claims.put("del", Role.WORKER.label());
    claims.put("cnf", confirmation(delegation.key()));
    claims.put("iat", delegation.issuedSeconds());
    claims.put("exp", delegation.expiresSeconds());
    return claims;
  }

  static Delegation delegation(Jwt jwt) {
    if (!jwt.text("del").equals(Role.WORKER.label())) {
      throw new IllegalArgumentException(
          "a delegation is of the worker role, this is of '%s'".formatted(jwt.text("del")));
    }
    return new Delegation(
        jwt.text("cluster"),
        jwt.text("jti"),
        new NodeId(jwt.text("sub")),
        key(jwt),
        jwt.number("iat"),
        jwt.number("exp"));
  }

  static Map<String, Object> of(Token token) {
    Map<String, Object> claims = common(token.cluster(), token.id(), token.subject());
    claims.put("iss", OPERATOR);
    claims.put(
        "scope",
        new TreeSet<>(token.scopes()).stream().map(Scope::label).collect(Collectors.joining(" ")));
    claims.put("iat", token.issuedSeconds());
    claims.put("exp", token.expiresSeconds());
    return claims;
  }

  static Token token(Jwt jwt) {
    return new Token(
        jwt.text("cluster"),
        jwt.text("jti"),
        jwt.text("sub"),
        Arrays.stream(jwt.text("scope").split(" ", -1))
            .map(Scope::parse)
            .collect(Collectors.toSet()),
        jwt.number("iat"),
        jwt.number("exp"));
  }

  static Map<String, Object> of(ClusterTrust.Rotation rotation) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("cluster", rotation.cluster());
    claims.put("from", rotation.from());
    claims.put("to", rotation.to());
    claims.put("until", rotation.untilSeconds());
    return claims;
  }

  static ClusterTrust.Rotation rotation(Jwt jwt) {
    return new ClusterTrust.Rotation(
        jwt.text("cluster"), jwt.text("from"), jwt.text("to"), jwt.number("until"));
  }

  static Role role(String label) {
    for (Role role : Role.values()) {
      if (role.label().equals(label)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "role '%s' is not known: use operator, voter, worker or viewer"
            .formatted(label.toLowerCase(Locale.ROOT)));
  }

  private static Map<String, Object> common(String cluster, String id, String subject) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("cluster", cluster);
    claims.put("jti", id);
    claims.put("sub", subject);
    return claims;
  }

  private static Map<String, Object> confirmation(String key) {
    return Map.of("jwk", Map.of("kty", "OKP", "crv", "Ed25519", "x", key));
  }

  private static String key(Jwt jwt) {
    String x = jwt.claims().path("cnf").path("jwk").path("x").asString("");
    Ed25519.publicKey(x); // throws when it is none
    return x;
  }
}
