package dev.ringrift.io.data.aria2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.io.data.TestFiles;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFolderTest {
  private static final byte[] CONTENT = TestFiles.random(3_000_000, 1);

  @TempDir Path dir;

  private PartFolder folder(Expected expected) throws Exception {
    PartFolder folder =
        new PartFolder(new FetchRequest(dir.resolve("f"), expected, List.of()), Duration.ZERO);
    folder.prepare();
    return folder;
  }

  @Test
  void whatAnotherStillWritesIsNotGoneOnFrom() throws Exception {
    Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc here");
    Expected pieces = new Expected.Pieces(TestFiles.manifest(CONTENT, 1 << 20), Optional.empty());
    PartFolder folder = folder(pieces);
    try (RandomAccessFile other = new RandomAccessFile(folder.data().toFile(), "rw")) {
      other.write(1);
      assertThatThrownBy(folder::begin).hasMessageContaining("being fetched already");
    }
    folder.begin();
    assertThat(folder.data()).exists();
  }

  @Test
  void withoutHashesOfPiecesAllBeginsAnewWhoeverWritesTheOld() throws Exception {
    PartFolder folder = folder(new Expected.Whole(TestFiles.sha256(CONTENT)));
    try (RandomAccessFile other = new RandomAccessFile(folder.data().toFile(), "rw")) {
      other.write(1);
      folder.begin();
      assertThat(folder.data()).doesNotExist();
    }
  }
}
