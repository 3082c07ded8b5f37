package dev.ringrift.io.trust;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Credential;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Optional;

/// Where a node, or the operator, keeps its key and its grant: `node.key` or `operator.key`, and
/// `grant.json`. Each file is replaced as a whole.
public final class TrustFolder {
  private final Path folder;

  /// @param folder made when first written to
  public TrustFolder(Path folder) {
    this.folder = folder;
  }

  /// The node's own key; makes it when there is none.
  public KeyPair nodeKeys() {
    Path file = folder.resolve("node.key");
    return Files.exists(file) ? KeyFile.load(file) : KeyFile.create(file);
  }

  /// Where the operator's key is.
  public Path operatorKeyFile() {
    return folder.resolve("operator.key");
  }

  /// The stored grant, empty before the first.
  public Optional<Grant> grant() {
    Path file = folder.resolve("grant.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Grant.read(Files.readAllBytes(file)));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError(
          "cannot read the grant %s".formatted(file),
          String.valueOf(e.getMessage()),
          "join again, or ask the operator to issue it again");
    }
  }

  /// Stores a grant; one of another cluster, of another node or for another key is refused, so that
  /// a data folder never changes sides.
  public void store(Grant grant) {
    Optional<Grant> held = grant();
    if (held.isPresent() && !held.get().cluster().equals(grant.cluster())) {
      throw new UserError(
          "this data folder belongs to cluster %s (%s)"
              .formatted(held.get().name(), held.get().cluster()),
          "the new grant is of cluster %s (%s)".formatted(grant.name(), grant.cluster()),
          "use another --data-dir for the other cluster");
    }
    if (!grant.credential().isEmpty()) {
      checkOwn(held, Claims.credential(Jwt.parse(Jwt.Kind.CREDENTIAL, grant.credential())));
    }
    PrivateFile.write(folder.resolve("grant.json"), Json.bytes(grant));
  }

  private void checkOwn(Optional<Grant> held, Credential credential) {
    Optional<NodeId> node = held.filter(grant -> !grant.credential().isEmpty()).map(Grant::node);
    if (node.isPresent() && !node.get().equals(credential.node())) {
      throw new UserError(
          "the data folder %s is that of node %s".formatted(folder, node.get()),
          "the new grant is for node " + credential.node(),
          "use another --data-dir, or have it issued for %s".formatted(node.get()));
    }
    if (!credential.key().equals(Ed25519.text(nodeKeys().getPublic()))) {
      throw new UserError(
          "the grant is not for the key in " + folder,
          "it was signed for another machine, or for a key that was here before",
          "run 'ringrift node request' here, and paste what 'ringrift node issue' makes of it");
    }
  }
}
