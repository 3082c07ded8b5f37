package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
  @TempDir Path folder;

  @Test
  void aFileThatGotItsNameBetweenOpeningAndLockIsNotWrittenTo() throws Exception {
    Path target = folder.resolve("f");
    PartFile first = PartFile.open(target);
    first.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
    AtomicBoolean once = new AtomicBoolean();

    try (PartFile second =
        PartFile.open(
            target,
            () -> {
              if (!once.getAndSet(true)) {
                first.publish(3);
                first.close();
              }
            })) {
      second.write(ByteBuffer.wrap(new byte[] {9, 9, 9}), 0);

      assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
      second.publish(3);
    }
    assertThat(target).hasBinaryContent(new byte[] {9, 9, 9});
    assertThat(Files.exists(PartFile.pathFor(target))).isFalse();
  }

  @Test
  void oneAtATimeHasIt() {
    try (PartFile first = PartFile.open(folder.resolve("f"))) {
      assertThatThrownBy(() -> PartFile.open(folder.resolve("f")))
          .hasMessageContaining("being fetched already");
      assertThat(first.path()).exists();
    }
  }
}
