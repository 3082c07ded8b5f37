package dev.ringrift.io.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.io.json.Json;
import java.util.Base64;
import java.util.List;

/// What a node holds of its cluster beside its own key: whom to trust, and the credential. Not
/// secret: the credential is good only together with the node's private key.
///
/// @param cluster id of the cluster
/// @param name of the cluster, for people
/// @param operatorKey the trust anchor: the operator's public key when this was issued
/// @param rotations certificates of the operator's key changes, oldest first
/// @param epoch the certificate of the cluster's epoch
/// @param credential empty in the operator's own
/// @param delegation a voter's leave to sign for workers, otherwise empty
public record Grant(
    String cluster,
    String name,
    String operatorKey,
    List<String> rotations,
    String epoch,
    String credential,
    String delegation) {
  private static final String PREFIX = "ringrift-grant-";

  public Grant {
    requireNonNull(cluster, "cluster");
    requireNonNull(name, "name");
    requireNonNull(operatorKey, "operatorKey");
    requireNonNull(epoch, "epoch");
    requireNonNull(credential, "credential");
    requireNonNull(delegation, "delegation");
    rotations = List.copyOf(rotations);
  }

  /// Whom the credential in it is for.
  ///
  /// @throws IllegalArgumentException when there is none, as in the operator's own
  public NodeId node() {
    return Claims.credential(Jwt.parse(Jwt.Kind.CREDENTIAL, credential)).node();
  }

  /// The grant as one line to paste on the node's machine.
  public String line() {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(this));
  }

  /// Reads what `line` wrote.
  public static Grant parse(String line) {
    String text = line.strip();
    try {
      if (!text.startsWith(PREFIX)) {
        throw new IllegalArgumentException("it does not begin with " + PREFIX);
      }
      byte[] json = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()).getBytes(UTF_8));
      return read(json);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "this is no grant", String.valueOf(e.getMessage()), "paste the whole line once more");
    }
  }

  static Grant read(byte[] json) {
    return Json.read(json, Grant.class);
  }

  Grant withCredential(String renewed) {
    return new Grant(cluster, name, operatorKey, rotations, epoch, renewed, delegation);
  }

  /// The same in a higher epoch.
  public Grant withEpoch(String raised) {
    return new Grant(cluster, name, operatorKey, rotations, raised, credential, delegation);
  }

  /// The same after a change of the operator's key.
  public Grant withRotations(List<String> longer) {
    return new Grant(cluster, name, operatorKey, longer, epoch, credential, delegation);
  }

  Grant withOperatorKey(String key) {
    return new Grant(cluster, name, key, rotations, epoch, credential, delegation);
  }
}
