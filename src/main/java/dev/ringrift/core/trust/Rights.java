package dev.ringrift.core.trust;

import dev.ringrift.core.Role;
import java.util.Set;

/// Who may do what. A rented worker can be stolen, so it may report and fetch, nothing more.
public final class Rights {
  private Rights() {}

  /// Whether a node of role `mine` keeps a link with one of role `theirs`. All links
  /// have a voter on
  /// one side: a worker obeys nobody else, so a stolen worker cannot even speak to another.
  public static boolean mayLink(Role mine, Role theirs) {
    return mine == Role.VOTER || theirs == Role.VOTER;
  }

  /// What a role may ask for over a link.
  public static Set<Scope> scopes(Role role) {
    return switch (role) {
      case OPERATOR, VOTER -> Set.of(Scope.ADMIN);
      case WORKER, VIEWER -> Set.of(Scope.READ, Scope.DATA);
    };
  }

  /// Whether a voter may sign a credential of this role by delegation. Only the
  /// operator's own key
  /// makes voters and operators: a stolen voter must not be able to multiply itself.
  public static boolean delegable(Role role) {
    return role == Role.WORKER;
  }
}
