package dev.ringrift.io.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustFolderTest {
  @TempDir Path data;

  @Test
  void nodeKeyIsMadeOnceAndOnlyItsOwnerCanReadIt() throws Exception {
    TrustFolder folder = new TrustFolder(data.resolve("n1"));
    KeyPair made = folder.nodeKeys();
    KeyPair read = new TrustFolder(data.resolve("n1")).nodeKeys();
    assertThat(Ed25519.text(read.getPublic())).isEqualTo(Ed25519.text(made.getPublic()));
    Path file = data.resolve("n1/node.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("n1"))))
        .isEqualTo("rwx------");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(folder::nodeKeys)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("can be read by others");
  }

  @Test
  void damagedKeyIsSaidToBeDamaged() throws Exception {
    TrustFolder folder = new TrustFolder(data);
    folder.nodeKeys();
    Path file = data.resolve("node.key");
    String whole = Files.readString(file);
    String other = whole.contains("\"d\":\"_") ? "A" : "_";
    Files.writeString(file, whole.replaceFirst("\"d\":\".", "\"d\":\"" + other));
    assertThatThrownBy(folder::nodeKeys).hasMessageContaining("is damaged");
    Files.writeString(file, "{}");
    assertThatThrownBy(folder::nodeKeys).hasMessageContaining("is damaged");
  }

  @Test
  void operatorKeyIsNeverOverwritten() {
    TrustFolder folder = new TrustFolder(data);
    OperatorKey made = OperatorKey.create(folder.operatorKeyFile(), "c1");
    assertThat(OperatorKey.load(folder.operatorKeyFile(), "c1").publicKey())
        .isEqualTo(made.publicKey());
    assertThatThrownBy(() -> OperatorKey.create(folder.operatorKeyFile(), "c1"))
        .hasMessageContaining("there is a key");
  }

  @Test
  void grantIsStoredAndAnotherClustersRefused() {
    TrustFolder folder = new TrustFolder(data);
    assertThat(folder.grant()).isEmpty();
    Grant grant = new TestCluster("c1").standing;
    folder.store(grant);
    assertThat(folder.grant()).contains(grant);
    assertThatThrownBy(() -> folder.store(new TestCluster("c2").standing))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("belongs to cluster test (c1)");
    assertThat(folder.grant()).contains(grant);
  }

  @Test
  void grantOfAnotherNodeOrForAnotherKeyIsRefused() {
    TestCluster cluster = new TestCluster("c1");
    TrustFolder folder = new TrustFolder(data);
    KeyPair keys = folder.nodeKeys();
    assertThatThrownBy(() -> folder.store(grant(cluster, "w1", Ed25519.generate())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("not for the key in");
    assertThat(folder.grant()).isEmpty();
    folder.store(grant(cluster, "w1", keys));
    assertThatThrownBy(() -> folder.store(grant(cluster, "w2", keys)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is that of node w1");
    assertThat(folder.grant().orElseThrow().node()).isEqualTo(new NodeId("w1"));
  }

  private static Grant grant(TestCluster cluster, String node, KeyPair keys) {
    String key = Ed25519.text(keys.getPublic());
    return cluster.operator.grant(
        cluster.standing, new NodeId(node), Role.WORKER, key, TestCluster.BIRTH);
  }

  @Test
  void grantIsOneLineThatTheOperatorHandsOver() {
    TestCluster cluster = new TestCluster("c1");
    KeyPair keys = Ed25519.generate();
    Grant grant = grant(cluster, "v1", keys);
    assertThat(grant.line()).doesNotContain("\n");
    assertThat(Grant.parse(" " + grant.line() + "\n")).isEqualTo(grant);
    assertThatThrownBy(() -> Grant.parse(grant.line().substring(3))).isInstanceOf(UserError.class);
  }

  @Test
  void joinTokenIsOneLineAndDoesNotPrintItsSecret() {
    JoinToken token = new TestCluster("c1").joinToken(Duration.ofHours(1));
    assertThat(token.line()).startsWith("ringrift-join-").doesNotContain("\n", " ");
    assertThat(JoinToken.parse(token.line())).isEqualTo(token);
    assertThat(token.toString()).doesNotContain(token.secret());
    assertThat(token.addresses()).isEqualTo(List.of("ws://127.0.0.1:1"));
    for (String text : List.of("", "ringrift-join-", "ringrift-join-e30", token.secret())) {
      assertThatThrownBy(() -> JoinToken.parse(text))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("no join token");
    }
  }
}
