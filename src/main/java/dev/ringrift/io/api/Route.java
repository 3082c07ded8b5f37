package dev.ringrift.io.api;

import dev.ringrift.core.trust.Caller;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One kind of question: how it is recognised, who may ask it, and which node answers.
///
/// @param template the parts of the path; one in braces matches any word and names it
record Route(String method, List<String> template, Access access, Where where, Answer answer) {
  /// What a caller must be allowed.
  enum Access {
    STATUS,
    READ,
    SUBMIT,
    ADMIN;

    boolean allows(Caller caller) {
      return switch (this) {
        case STATUS -> caller.maySeeStatus();
        case READ -> caller.mayRead();
        case SUBMIT -> caller.maySubmit();
        case ADMIN -> caller.mayAdmin();
      };
    }

    boolean changes() {
      return this == SUBMIT || this == ADMIN;
    }
  }

  /// Which node answers.
  enum Where {
    /// The one that was asked.
    HERE,
    /// Any that has the ledger.
    VOTER,
    /// The leader; another voter, which may be a little behind, when the leader cannot be asked.
    LEADER_BEST,
    /// Only the leader.
    LEADER
  }

  /// Answers a call.
  @FunctionalInterface
  interface Answer {
    ApiReply answer(ApiCall call, Map<String, String> words);
  }

  static Route get(String path, Access access, Where where, Answer answer) {
    return new Route("GET", parts(path), access, where, answer);
  }

  static Route post(String path, Access access, Where where, Answer answer) {
    return new Route("POST", parts(path), access, where, answer);
  }

  static List<String> parts(String path) {
    return List.of(path.substring(1).split("/", -1));
  }

  /// The words of the path that the template names, when the path fits.
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != template.size()) {
      return Optional.empty();
    }
    Map<String, String> words = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String want = template.get(i);
      if (want.startsWith("{")) {
        words.put(want.substring(1, want.length() - 1), path.get(i));
      } else if (!want.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(words);
  }
}
