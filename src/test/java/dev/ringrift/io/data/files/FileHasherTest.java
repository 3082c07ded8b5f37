package dev.ringrift.io.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileHasherTest {
  private static final int PIECE = Manifest.PIECE_LENGTH_MIN;

  @TempDir private Path folder;
  private HashCache cache;
  private FileHasher hasher;

  @BeforeEach
  void begin() {
    cache = new HashCache(folder.resolve("hashes"));
    hasher = new FileHasher(cache);
  }

  @AfterEach
  void end() {
    hasher.close();
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static Sha256 sha(byte[] bytes, int from, int to) throws Exception {
    return Sha256.of(
        MessageDigest.getInstance("SHA-256").digest(Arrays.copyOfRange(bytes, from, to)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1 << 20, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 77})
  void hashesTheWholeAndEachPiece(int size) throws Exception {
    byte[] content = bytes(size);
    HashedFile hashed = hasher.hash(file("a.bin", content));
    assertThat(hashed.sha256()).isEqualTo(sha(content, 0, size));
    assertThat(hashed.manifest().sizeBytes()).isEqualTo(size);
    for (int i = 0; i < hashed.manifest().pieceCount(); i++) {
      int from = (int) hashed.manifest().offset(i);
      assertThat(hashed.manifest().pieces().get(i))
          .isEqualTo(sha(content, from, from + hashed.manifest().length(i)));
    }
    assertThat(hashed.id()).isEqualTo(hashed.manifest().id());
  }

  @Test
  void aFileThatDidNotChangeIsNotReadAgain() throws Exception {
    Path file = file("a.bin", bytes(1000));
    HashedFile hashed = hasher.hash(file);
    try (FileHasher restarted = new FileHasher(new HashCache(folder.resolve("hashes")))) {
      assertThat(restarted.known(file)).contains(hashed);
      assertThat(restarted.hash(file, read -> assertThat(read).isZero())).isEqualTo(hashed);
    }
  }

  @Test
  void aChangeOfContentIsSeenThoughSizeAndTimeOfModificationAreTheSame() throws Exception {
    Path file = file("a.bin", new byte[1000]);
    FileTime modified = Files.getLastModifiedTime(file);
    HashedFile first = hasher.hash(file);
    Files.write(file, new byte[] {1}, StandardOpenOption.WRITE);
    Files.setLastModifiedTime(file, modified);
    assertThat(hasher.known(file)).isEmpty();
    assertThat(hasher.hash(file).sha256()).isNotEqualTo(first.sha256());
  }

  @Test
  void nothingIsReadBeforeTheClockOfTheFileSystemHasTicked() {
    long fine = 1_000_000_000_000_000_001L;
    assertThat(FileHasher.toTick(stamp(5, fine), fine)).contains(Duration.ofMillis(20));
    assertThat(FileHasher.toTick(stamp(fine, 5), fine)).contains(Duration.ofMillis(20));
    assertThat(FileHasher.toTick(stamp(5, fine), fine + 1_000_000_000)).contains(Duration.ZERO);
    long whole = 1_000_000_000_000_000_000L;
    assertThat(FileHasher.toTick(stamp(5, whole), whole + 500_000_000))
        .as("whole seconds")
        .contains(Duration.ofMillis(1500));
    assertThat(FileHasher.toTick(stamp(5, fine), fine - 60_000_000_000L))
        .as("of the future")
        .isEmpty();
  }

  private static FileStamp stamp(long modified, long changed) {
    return new FileStamp(1, 2, 3, modified, changed);
  }

  @Test
  void aFileThatIsWrittenWhileItIsReadHasNoHash() throws Exception {
    Path file = file("a.bin", bytes(3 << 20));
    assertThatThrownBy(() -> hasher.hash(file, read -> append(file)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("a.bin changed while it was read");
    assertThat(hasher.known(file)).isEmpty();
  }

  private static void append(Path file) {
    try {
      Files.write(file, new byte[] {7}, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aDamagedEntryIsNone() throws Exception {
    Path file = file("a.bin", bytes(1000));
    HashedFile hashed = hasher.hash(file);
    try (Stream<Path> entries = Files.walk(folder.resolve("hashes"))) {
      Path entry = entries.filter(Files::isRegularFile).findFirst().orElseThrow();
      byte[] damaged = Files.readAllBytes(entry);
      damaged[60] ^= 1;
      Files.write(entry, damaged);
    }
    assertThat(hasher.known(file)).isEmpty();
    assertThat(hasher.hash(file)).isEqualTo(hashed);
    assertThat(hasher.known(file)).contains(hashed);
  }

  @Test
  void whatIsNoRegularFileHasNoHash() throws Exception {
    Path file = file("a.bin", bytes(10));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThatThrownBy(() -> hasher.hash(link)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> hasher.hash(folder)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> hasher.hash(folder.resolve("none")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("there is no file");
  }

  @Test
  void theOldestEntriesGoFirst() throws Exception {
    Path old = file("old.bin", bytes(10));
    Path young = file("young.bin", bytes(11));
    hasher.hash(old);
    try (Stream<Path> entries = Files.walk(folder.resolve("hashes"))) {
      Path entry = entries.filter(Files::isRegularFile).findFirst().orElseThrow();
      Files.setLastModifiedTime(entry, FileTime.fromMillis(1));
    }
    hasher.hash(young);
    cache.trim(1);
    assertThat(hasher.known(old)).isEmpty();
    assertThat(hasher.known(young)).isPresent();
  }
}
