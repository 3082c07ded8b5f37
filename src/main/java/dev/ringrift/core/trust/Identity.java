package dev.ringrift.core.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import java.security.KeyPair;
import java.util.Optional;

/// Who this node is on links, and its judgement of others. Thread-safe.
public interface Identity {
  /// Its name.
  NodeId node();

  /// Its role, empty before it has a credential.
  Optional<Role> role();

  /// Its Ed25519 keys, which TLS proves possession of.
  KeyPair keys();

  /// What it says first on a link, as of now.
  Hello hello();

  /// Judges what the other side of a link said first; `linkKey` is the key that TLS
  /// proved, base64url of its 32 bytes.
  Verdict judge(Hello theirs, String linkKey);

  /// Judges an open link again.
  ///
  /// @param credential as accepted, a JWT
  /// @param theirMillis the other side's clock: what it said, and the time since
  /// @return why it has to close, empty when it may stay
  Optional<Verdict.Refused> recheck(String credential, long theirMillis);
}
