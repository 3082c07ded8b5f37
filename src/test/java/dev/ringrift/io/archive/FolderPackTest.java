package dev.ringrift.io.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderPackTest {
  @TempDir Path dir;
  private Path folder = Path.of("");
  private Path archive = Path.of("");
  private Path into = Path.of("");

  @BeforeEach
  void aFolder() throws IOException {
    folder = Files.createDirectories(dir.resolve("project"));
    archive = dir.resolve("archive.tar");
    into = Files.createDirectories(dir.resolve("into"));
    write("train.py", "print('hello')");
    write("src/deep/a.txt", "a".repeat(1_000));
    write("run.sh", "#!/bin/sh\n");
    assertThat(folder.resolve("run.sh").toFile().setExecutable(true)).isTrue();
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private FolderPack.Packed pack() {
    return FolderPack.pack(folder, archive);
  }

  @Test
  void whatWasPackedIsUnpackedWithItsRightToRun() throws IOException {
    assertThat(pack().files()).isEqualTo(3);
    PackedFolder.unpack(archive, into);
    assertThat(into.resolve("src/deep/a.txt")).hasContent("a".repeat(1_000));
    assertThat(into.resolve("run.sh")).isExecutable();
    assertThat(Files.isExecutable(into.resolve("train.py"))).isFalse();
  }

  @Test
  void theSameFilesGiveTheSameBytesWheneverTheyWereMade() throws IOException {
    pack();
    byte[] first = Files.readAllBytes(archive);
    Files.setLastModifiedTime(folder.resolve("train.py"), FileTime.fromMillis(1_000));
    pack();
    assertThat(Files.readAllBytes(archive)).isEqualTo(first);
  }

  @Test
  void tarReadsIt() throws IOException, InterruptedException {
    write("d".repeat(90) + "/" + "n".repeat(90), "long");
    pack();
    Process tar =
        new ProcessBuilder("tar", "-xf", archive.toString(), "-C", into.toString()).start();
    assertThat(tar.waitFor()).isZero();
    assertThat(into.resolve("d".repeat(90) + "/" + "n".repeat(90))).hasContent("long");
  }

  @Test
  void whatIsIgnoredAndLinksAreLeftOut() throws IOException {
    write(".gitignore", "*.pyc\n/build/\nlogs\n!keep.pyc\n# a comment\n");
    write(".git/config", "x");
    write("a.pyc", "x");
    write("src/b.pyc", "x");
    write("keep.pyc", "x");
    write("build/out", "x");
    write("src/logs/l", "x");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("train.py"));
    FolderPack.Packed packed = pack();
    PackedFolder.unpack(archive, into);
    assertThat(packed.links()).isEqualTo(1);
    assertThat(packed.files()).isEqualTo(5); // three, .gitignore and keep.pyc
    assertThat(into.resolve("keep.pyc")).exists();
    write(".ringriftignore", "src\n");
    assertThat(pack().files()).as("its rules take the place of git's").isEqualTo(8 - 2 + 1);
  }

  @Test
  void aNameThatIsTooLongIsRefusedInWords() throws IOException {
    write("n".repeat(120), "x");
    assertThatThrownBy(this::pack).isInstanceOf(UserError.class).hasMessageContaining("too long");
  }

  @Test
  void nothingLandsOutsideOfTheFolder() throws IOException {
    pack();
    byte[] evil = Files.readAllBytes(archive);
    System.arraycopy("../out".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, evil, 0, 6);
    Files.write(archive, evil);
    assertThatThrownBy(() -> PackedFolder.unpack(archive, into)).isInstanceOf(IOException.class);
    pack();
    Files.createSymbolicLink(into.resolve("src"), dir);
    assertThatThrownBy(() -> PackedFolder.unpack(archive, into)).isInstanceOf(IOException.class);
    assertThat(dir.resolve("deep")).doesNotExist();
  }
}
