package dev.ringrift.core.trust;

import dev.ringrift.core.Role;
import java.util.Optional;
import java.util.Set;

/// Who asks, and what that allows. An address allows reading at most; changing takes a credential
/// or a token.
///
/// @param kind how it is known
/// @param name for records: a node's id, a token's subject, or an address
/// @param role of its credential, if it has one
/// @param scopes of its token: `read`, `data` (files), `submit` (jobs) or `admin` (everything)
public record Caller(Kind kind, String name, Optional<Role> role, Set<String> scopes) {
  public static final String READ = "read";
  public static final String DATA = "data";
  public static final String SUBMIT = "submit";
  public static final String ADMIN = "admin";

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /// How a caller is known.
  public enum Kind {
    /// By its address on this machine. Never "the operator": what a tunnel or userspace Tailscale
    /// lets in comes from there too.
    LOOPBACK,
    /// By an address that only the tailnet hands out.
    TAILNET,
    /// Not at all: it came through a tunnel or from another network.
    TUNNEL,
    /// By a signed token.
    TOKEN,
    /// By the credential that its link proved.
    LINK
  }

  public static Caller loopback(String address) {
    return new Caller(Kind.LOOPBACK, address, Optional.empty(), Set.of());
  }

  public static Caller tailnet(String address) {
    return new Caller(Kind.TAILNET, address, Optional.empty(), Set.of());
  }

  public static Caller stranger(String address) {
    return new Caller(Kind.TUNNEL, address, Optional.empty(), Set.of());
  }

  public static Caller token(String subject, Set<String> scopes) {
    return new Caller(Kind.TOKEN, subject, Optional.empty(), scopes);
  }

  public static Caller link(String node, Role role) {
    return new Caller(Kind.LINK, node, Optional.of(role), Set.of());
  }

  /// Whether it proved who it is.
  public boolean proved() {
    return kind == Kind.TOKEN || kind == Kind.LINK;
  }

  /// Whether it may see the state of nodes and counts of jobs.
  public boolean maySeeStatus() {
    return kind == Kind.TAILNET || mayRead();
  }

  /// Whether it may read everything that is not secret.
  public boolean mayRead() {
    return kind == Kind.LOOPBACK || role.isPresent() || scopes.contains(READ) || maySubmit();
  }

  /// Whether it may fetch files.
  public boolean mayFetch() {
    return kind == Kind.TAILNET || mayRead() || scopes.contains(DATA);
  }

  /// Whether it may submit, cancel and retry jobs.
  public boolean maySubmit() {
    return scopes.contains(SUBMIT) || mayAdmin();
  }

  /// Whether it may change anything.
  public boolean mayAdmin() {
    return role.filter(Role.OPERATOR::equals).isPresent() || scopes.contains(ADMIN);
  }
}
