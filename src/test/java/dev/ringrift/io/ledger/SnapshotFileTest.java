package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
  private static final CommandCodec CODEC = new CommandCodec(Vocabulary.OWN);

  @TempDir Path folder;

  @Test
  void theStateComesBackAsItWas() throws IOException {
    ClusterState state = new ClusterState();
    state.apply(new Command.Found("c1", "lab", List.of(new NodeId("a")), 1));
    state.apply(new Command.Submit("k", JobSpec.of("hello", List.of("true")), "me", 2));
    SnapshotFile written = SnapshotFile.write(folder, 3, 41, state.image());
    assertThat(SnapshotFile.list(folder)).containsExactly(written);
    assertThat(written.read(CODEC)).isEqualTo(state.image());
    assertThat(ClusterState.restore(written.read(CODEC)).image()).isEqualTo(state.image());
  }

  @Test
  void theNewestComesFirstAndOtherFilesAreNoSnapshots() throws IOException {
    ClusterState.Image image = new ClusterState().image();
    SnapshotFile.write(folder, 2, 9, image);
    SnapshotFile.write(folder, 1, 100, image);
    Files.writeString(folder.resolve("snapshot.2_200.tmp"), "half");
    Files.writeString(folder.resolve("snapshot.1_100.md5"), "x");
    assertThat(SnapshotFile.list(folder)).extracting(SnapshotFile::index).containsExactly(100L, 9L);
    assertThat(SnapshotFile.list(folder.resolve("none"))).isEmpty();
  }

  @Test
  void aChangedByteOrAMissingEndIsNoticed() throws IOException {
    SnapshotFile written = SnapshotFile.write(folder, 1, 5, new ClusterState().image());
    byte[] bytes = Files.readAllBytes(written.path());
    bytes[bytes.length - 3] ^= 1;
    Files.write(written.path(), bytes);
    assertThatThrownBy(() -> written.read(CODEC))
        .hasMessageContaining("does not match its checksum");
    Files.write(written.path(), Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> written.read(CODEC))
        .hasMessageContaining("does not match its checksum");
    Files.write(written.path(), new byte[0]);
    assertThatThrownBy(() -> written.read(CODEC)).hasMessageContaining("has no header");
  }
}
