package dev.ringrift.io.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStoreTest {
  private static final RelativePath NAME = new RelativePath("models/latest.pth");

  @TempDir private Path folder;
  private Path root;
  private FileHasher hasher;
  private FileStore store;

  @BeforeEach
  void begin() {
    root = folder.resolve("data");
    open();
  }

  private void open() {
    hasher = new FileHasher(new HashCache(folder.resolve("state/hashes")));
    store = FileStore.open(root, folder.resolve("state"), hasher);
  }

  @AfterEach
  void end() throws Exception {
    store.close();
    hasher.close();
  }

  private void restart() throws Exception {
    end();
    open();
  }

  private Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private ServedFile publish(Path file) throws Exception {
    return store.publish(NAME, file, read -> {});
  }

  /// A folder on another file system than that of the root.
  private Path elsewhere() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeThat(memory).isDirectory();
    assumeThat(Files.getFileStore(memory)).isNotEqualTo(Files.getFileStore(folder));
    return Files.createTempDirectory(memory, "ringrift-test");
  }

  @Test
  void aFileOfTheSameFileSystemIsLinkedAndNotCopied() throws Exception {
    Path file = file("model.pth", "weights");
    ServedFile served = publish(file);
    assertThat(Files.isSameFile(file, root.resolve(NAME.text()))).isTrue();
    assertThat(store.find(served.id())).contains(served);
    assertThat(store.ids()).containsExactly(served.id());
    assertThat(read(store.open(served))).isEqualTo("weights");
    try (var left = Files.list(root.resolve("models"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void publishingAgainChangesNothing() throws Exception {
    Path file = file("model.pth", "weights");
    ObjectId id = publish(file).id();
    assertThat(publish(file).id()).isEqualTo(id);
    assertThat(publish(root.resolve(NAME.text())).id()).isEqualTo(id);
    try (var left = Files.list(root.resolve("models"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void aFileOfAnotherFileSystemIsServedWhereItLiesAlsoAfterARestart() throws Exception {
    Path outside = elsewhere();
    Path file = Files.writeString(outside.resolve("model.pth"), "weights");
    try {
      ObjectId id = publish(file).id();
      assertThat(root.resolve(NAME.text())).doesNotExist();
      restart();
      store.learn(NAME);
      ServedFile served = (ServedFile) store.find(id).orElseThrow();
      assertThat(served.file()).isEqualTo(file);
      assertThat(read(store.open(served))).isEqualTo("weights");
      assertThat(store.list(Optional.empty()))
          .extracting(item -> item.name().text(), Listed::folder)
          .containsExactly(tuple("models", true));
      assertThat(store.all()).extracting(Listed::name).containsExactly(NAME);
      assertThat(store.remove(NAME)).isTrue();
      assertThat(file).exists();
      restart();
      assertThat(store.find(NAME)).isEmpty();
    } finally {
      Files.delete(file);
      Files.delete(outside);
    }
  }

  @Test
  void aChangedFileIsNoLongerThatContentAndTheReasonIsSaid() throws Exception {
    Path file = file("model.pth", "weights");
    ServedFile before = publish(file);
    Files.writeString(file, "more", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> store.open(before))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("it has changed");
    assertThat(store.find(before.id())).isEmpty();
    assertThat(store.lost(before.id()))
        .contains(
            "models/latest.pth is no longer the file that it was: it has changed on this node");
    store.learn(NAME);
    Found.File now = (Found.File) store.find(NAME).orElseThrow();
    assertThat(now.known().orElseThrow().id()).isNotEqualTo(before.id());
    assertThat(store.ids()).containsExactly(now.known().orElseThrow().id());
  }

  @Test
  void aRemovedFileIsForgotten() throws Exception {
    ServedFile served = publish(file("model.pth", "weights"));
    Files.delete(root.resolve(NAME.text()));
    store.forgetGone();
    assertThat(store.find(served.id())).isEmpty();
    assertThat(store.lost(served.id()).orElseThrow()).contains("it is gone");
  }

  @Test
  void contentWithTwoNamesIsHeldUntilBothAreGone() throws Exception {
    Path file = file("model.pth", "weights");
    ObjectId id = publish(file).id();
    RelativePath other = new RelativePath("models/v7.pth");
    // A second link stamps the file anew, so that it is known under one name until it is looked at.
    store.publish(other, file, read -> {});
    store.learn(NAME);
    store.remove(NAME);
    store.learn(other);
    assertThat(store.find(id)).isPresent();
    store.remove(other);
    assertThat(store.find(id)).isEmpty();
    assertThat(file).exists();
  }

  @Test
  void whatAFetchVerifiedIsNotReadAgain() throws Exception {
    ServedFile first = publish(file("model.pth", "weights"));
    Path fetched = file("data/copy.pth", "weights");
    hasher.remember(fetched, first.manifest(), first.sha256());
    RelativePath name = new RelativePath("copy.pth");
    ServedFile served =
        store.publish(name, fetched, read -> assertThat(read).as("bytes read").isZero());
    assertThat(served.id()).isEqualTo(first.id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"half.part", "half.pth.aria2", "half.pth", "out", "out/secret", "peek"})
  void halfFilesAndWhatLeavesTheRootIsNotThere(String name) throws Exception {
    file("secret", "x");
    file("data/.hidden", "x");
    file("data/half.part", "x");
    file("data/half.pth", "x");
    file("data/half.pth.aria2", "x");
    Files.createSymbolicLink(root.resolve("out"), folder);
    Files.createSymbolicLink(root.resolve("peek"), Path.of(".hidden"));
    assertThat(store.find(new RelativePath(name))).isEmpty();
    assertThat(store.list(Optional.empty())).isEmpty();
    assertThat(store.all()).isEmpty();
  }

  @Test
  void aLinkThatStaysInTheRootIsFollowed() throws Exception {
    file("data/a/real.bin", "content");
    Files.createSymbolicLink(root.resolve("link.bin"), Path.of("a/real.bin"));
    RelativePath name = new RelativePath("link.bin");
    store.learn(name);
    Found.File found = (Found.File) store.find(name).orElseThrow();
    assertThat(read(store.open(found.known().orElseThrow()))).isEqualTo("content");
  }

  @Test
  void aNameOfHalfFilesCannotBePublished() throws Exception {
    Path file = file("model.pth", "weights");
    assertThatThrownBy(() -> store.publish(new RelativePath("m.part"), file, read -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("m.part cannot be published");
  }

  @Test
  void aFolderListsItsFilesAndFolders() throws Exception {
    file("data/b/c/d.bin", "123");
    file("data/b/a.bin", "12345");
    assertThat(store.list(Optional.of(new RelativePath("b"))))
        .extracting(item -> item.name().text(), Listed::folder, Listed::sizeBytes)
        .containsExactly(tuple("b/a.bin", false, 5L), tuple("b/c", true, 0L));
    assertThat(store.all())
        .extracting(item -> item.name().text())
        .containsExactly("b/a.bin", "b/c/d.bin");
  }

  private static String read(FileChannel channel) throws IOException {
    try (channel) {
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
