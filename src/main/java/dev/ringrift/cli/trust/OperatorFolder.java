package dev.ringrift.cli.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.clock.SystemClock;
import dev.ringrift.io.config.PrivateFiles;
import dev.ringrift.io.trust.Ed25519;
import dev.ringrift.io.trust.Grant;
import dev.ringrift.io.trust.NodeIdentity;
import dev.ringrift.io.trust.OperatorKey;
import dev.ringrift.io.trust.Rotations;
import dev.ringrift.io.trust.TrustFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.time.Instant;

/// The operator's key of one cluster and what goes with it, on the operator's own machine.
public final class OperatorFolder {
  private final Path path;
  private final TrustFolder trust;

  /// @param path need not exist
  public OperatorFolder(Path path) {
    this.path = path.toAbsolutePath().normalize();
    trust = new TrustFolder(this.path);
  }

  /// Where the operator's keys are below a person's data folder.
  public static Path under(Path dataDir, String cluster) {
    return dataDir.resolve("operator").resolve(cluster);
  }

  public Path path() {
    return path;
  }

  /// Makes a new cluster's key; an existing one is never touched.
  ///
  /// @return the cluster's id
  public String create(String clusterName) {
    if (Files.exists(trust.operatorKeyFile())) {
      throw new UserError(
          "there is an operator's key of a cluster '%s' already".formatted(clusterName),
          trust.operatorKeyFile() + " is there",
          "choose another --name; a cluster's key is never replaced by another cluster's");
    }
    PrivateFiles.makeFolder(path);
    String id = OperatorKey.newClusterId();
    OperatorKey key = OperatorKey.create(trust.operatorKeyFile(), id);
    trust.store(key.birth(clusterName, Instant.now()));
    return id;
  }

  /// What the operator holds of the cluster.
  public Grant standing() {
    return trust
        .grant()
        .orElseThrow(
            () ->
                new UserError(
                    "there is no operator's key in " + path,
                    "the folder has no grant",
                    "run this where 'ringrift init' was run, or restore the folder's backup"));
  }

  /// The operator's key.
  public OperatorKey key() {
    return OperatorKey.load(trust.operatorKeyFile(), standing().cluster());
  }

  /// Replaces what the operator holds, for example after the epoch was raised.
  public void store(Grant standing) {
    trust.store(standing);
  }

  /// Replaces the key by a new one, which the old one signs; the old one stays beside it.
  ///
  /// @param until until when what the old key signed stays good
  /// @return where the old key is now
  public Path replaceKey(Instant until) {
    OperatorKey old = key();
    Grant standing = standing();
    Path file = trust.operatorKeyFile();
    Path kept = path.resolve("operator.key.until-" + until.getEpochSecond());
    Path fresh = path.resolve("operator.key.next");
    OperatorKey next =
        Files.exists(fresh)
            ? OperatorKey.load(fresh, standing.cluster())
            : OperatorKey.create(fresh, standing.cluster());
    Grant replaced = Rotations.replace(standing, old, next, until);
    try {
      Files.createLink(kept, file);
      trust.store(replaced);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UserError(
          "the operator's key is not replaced",
          e.toString(),
          "all keys are still in %s: move %s to %s by hand".formatted(path, fresh, file));
    }
    return kept;
  }

  /// Signs a node's key.
  public Grant issue(NodeId node, Role role, String publicKey) {
    return key().grant(standing(), node, role, publicKey, Instant.now());
  }

  /// An identity for one command: its key lives as long as the process.
  public NodeIdentity session() {
    KeyPair keys = Ed25519.generate();
    NodeId me = new NodeId("operator-" + ProcessHandle.current().pid());
    Grant grant = issue(me, Role.OPERATOR, Ed25519.text(keys.getPublic()));
    return new NodeIdentity(me, keys, grant, new SystemClock(), id -> false, changed -> {});
  }
}
