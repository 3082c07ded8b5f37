package dev.ringrift.cli.trust;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Verdict;
import dev.ringrift.io.clock.SystemClock;
import dev.ringrift.io.trust.Ed25519;
import dev.ringrift.io.trust.NodeIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorFolderTest {
  @TempDir private Path dir;

  @Test
  void aClustersKeyIsMadeOnceAndNeverReplacedByAnother() {
    OperatorFolder folder = new OperatorFolder(dir);
    folder.create("lab");
    String key = folder.key().publicKey();
    assertThatThrownBy(() -> folder.create("lab")).isInstanceOf(UserError.class);
    assertThat(folder.key().publicKey()).isEqualTo(key);
  }

  @Test
  void aVoterFollowsTheReplacedKeyAndItsOwnCredentialStaysGoodForTheTimeGiven() throws Exception {
    OperatorFolder folder = new OperatorFolder(dir);
    folder.create("lab");
    NodeIdentity voter = voter(folder);
    String old = folder.key().publicKey();
    Path kept = folder.replaceKey(Instant.now().plus(Duration.ofDays(30)));
    assertThat(folder.key().publicKey()).isNotEqualTo(old);
    assertThat(Files.exists(kept)).isTrue();
    NodeIdentity operator = folder.session();
    assertThat(judge(voter, operator)).isInstanceOf(Verdict.Accepted.class);
    assertThat(judge(operator, voter)).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void whatAStolenKeySignedIsRefusedByThoseWhoKnow() {
    OperatorFolder folder = new OperatorFolder(dir);
    folder.create("lab");
    NodeIdentity voter = voter(folder);
    folder.replaceKey(Instant.now().minusSeconds(1));
    assertThat(judge(folder.session(), voter)).isInstanceOf(Verdict.Refused.class);
  }

  /// By the commands of `docs/operating.md`, without `gpg` in between.
  @Test
  void itComesBackFromItsBackup() throws Exception {
    Path home = dir.resolve("home");
    OperatorFolder folder = new OperatorFolder(OperatorFolder.under(home, "lab"));
    folder.create("lab");
    NodeIdentity voter = voter(folder);
    Files.writeString(home.resolve("settings.yaml"), "");
    Path other = Files.createDirectories(dir.resolve("other"));
    Process copy =
        new ProcessBuilder(
                "sh",
                "-c",
                "tar -C %s -c operator settings.yaml | tar -C %s -xp".formatted(home, other))
            .inheritIO()
            .start();
    assertThat(copy.waitFor()).isZero();
    OperatorFolder back = new OperatorFolder(OperatorFolder.under(other, "lab"));
    assertThat(judge(voter, back.session())).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void aKeyAloneIsNotEnoughAndThatIsSaid() throws Exception {
    OperatorFolder folder = new OperatorFolder(dir.resolve("lab"));
    folder.create("lab");
    Path other = Files.createDirectories(dir.resolve("other"));
    Files.copy(dir.resolve("lab/operator.key"), other.resolve("operator.key"), COPY_ATTRIBUTES);
    assertThatThrownBy(() -> new OperatorFolder(other).session())
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.text()).contains("restore the folder's backup"));
  }

  private static NodeIdentity voter(OperatorFolder folder) {
    NodeId node = new NodeId("v1");
    KeyPair keys = Ed25519.generate();
    return new NodeIdentity(
        node,
        keys,
        folder.issue(node, Role.VOTER, Ed25519.text(keys.getPublic())),
        new SystemClock(),
        id -> false,
        changed -> {});
  }

  private static Verdict judge(NodeIdentity judge, NodeIdentity other) {
    return judge.judge(other.hello(), Ed25519.text(other.keys().getPublic()));
  }
}
