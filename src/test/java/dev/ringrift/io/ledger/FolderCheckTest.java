package dev.ringrift.io.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.ledger.Vocabulary;
import dev.ringrift.io.ledger.RatisLedger.Birth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damages a copy of a real ledger's folder in many ways.
class FolderCheckTest {
  private static final NodeId A = new NodeId("a");
  private static final CommandCodec CODEC = new CommandCodec(Vocabulary.OWN);
  private static RatisLab lab;

  @TempDir Path root;
  private LedgerFolder folder;
  private Path group;

  @BeforeAll
  static void fill() {
    lab = RatisLab.buriedWithALog(100);
  }

  @AfterAll
  static void end() {
    lab.close();
    RatisLab.closeAll();
  }

  @BeforeEach
  void copy() throws IOException {
    Path from = lab.folder(A);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = root.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    folder = LedgerFolder.open(root, RatisLab.CLUSTER, A, Birth.RESUME);
    group = folder.group();
  }

  @Test
  void aWholeFolderIsRead() {
    FolderCheck check = FolderCheck.of(folder, CODEC, entry -> {});
    assertThat(check.term()).isPositive();
    assertThat(check.snapshot().orElseThrow().index()).isGreaterThanOrEqualTo(60);
    assertThat(check.log().last()).isGreaterThan(100);
    assertThat(check.configuration()).isPresent();
  }

  @Test
  void aChangedByteInTheLogIsNoticed() throws IOException {
    Path log = file("current", "log_");
    byte[] bytes = Files.readAllBytes(log);
    bytes[2_000] ^= 4;
    Files.write(log, bytes);
    refused("is damaged");
  }

  @Test
  void aLogWithoutItsHeadIsNoticed() throws IOException {
    Path log = file("current", "log_");
    byte[] bytes = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOfRange(bytes, 1_000, bytes.length));
    refused("is damaged");
  }

  @Test
  void aLostLogIsNoticed() throws IOException {
    Files.delete(file("current", "log_"));
    for (SnapshotFile snapshot : SnapshotFile.list(group.resolve("sm"))) {
      Files.delete(snapshot.path());
    }
    refused("the log ends with entry -1");
    Files.delete(group.resolve("current/raft-meta.conf"));
    Files.writeString(group.resolve("current/raft-meta"), "term=7\nvotedFor=\n");
    refused("the log is gone");
  }

  @Test
  void aLogThatWasLostOrCutAfterASnapshotIsNoticed() throws IOException {
    check().requireMemory(folder);
    long last = check().log().last();
    long reached = check().reached().orElseThrow().index();
    assertThat(reached).isEqualTo(last);

    Path log = file("current", "log_");
    long kept = check().snapshot().orElseThrow().index();
    assertThat(kept).isLessThan(reached);
    Files.move(log, root.resolve("aside"));
    forgetful("end with entry %d, but it had entry %d".formatted(kept, reached));
    assertThat(check().forgotten()).isEqualTo(reached - kept);

    Files.move(root.resolve("aside"), log);
    check().requireMemory(folder);
  }

  @Test
  void aLogOfWhichOnlyTheLastEntryIsMissingIsNoticed() throws IOException {
    long last = check().log().last();
    Path log = file("current", "log_inprogress_");
    long start = Long.parseLong(log.getFileName().toString().substring("log_inprogress_".length()));
    try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
      file.truncate(endOf(log, start, last - 1));
    }
    assertThat(check().log().last()).isEqualTo(last - 1);
    forgetful("end with entry %d, but it had entry %d".formatted(last - 1, last));
  }

  @Test
  void anOlderVoteIsNoticedAlsoWithoutALog() throws IOException {
    long term = check().term();
    assertThat(check().reached().orElseThrow().term()).isEqualTo(term);
    Files.delete(file("current", "log_"));
    Files.writeString(
        root.resolve("reached.json"),
        "{\"folder\":\"%s\",\"term\":%d,\"index\":1}".formatted(folder.self().folder(), term));
    check().requireMemory(folder);
    Files.writeString(
        group.resolve("current/raft-meta"), "term=%d\nvotedFor=\n".formatted(term - 1));
    forgetful("is of term %d, but it was in term %d".formatted(term - 1, term));
  }

  @Test
  void aNoteOfAnotherFolderSaysNothingAndADamagedOneIsNoticed() throws IOException {
    Path note = root.resolve("reached.json");
    Files.writeString(note, "{\"folder\":\"other\",\"term\":99,\"index\":99999}");
    check().requireMemory(folder);
    Files.delete(note);
    check().requireMemory(folder);
    Files.writeString(note, "{");
    refused("reached.json cannot be read");
  }

  private FolderCheck check() {
    return FolderCheck.of(folder, CODEC, entry -> {});
  }

  private void forgetful(String because) {
    Map<Path, byte[]> before = content();
    assertThatThrownBy(
            () ->
                RatisLedger.open(
                    RatisLedger.Settings.of(root, RatisLab.CLUSTER, A, Birth.RESUME),
                    new LabNetwork().join(A, Role.VOTER),
                    new SystemClock()))
        .isInstanceOfSatisfying(
            UserError.class,
            e -> {
              assertThat(e.what()).isEqualTo("voter a has forgotten a part of the ledger");
              assertThat(e.because()).contains(because);
              assertThat(e.mend())
                  .contains("voters remove a", "voters add a", "cluster recover", "newer copy");
            });
    assertThat(content().keySet()).isEqualTo(before.keySet());
  }

  /// Where in an open log file the entry with this index ends.
  private static long endOf(Path log, long start, long index) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log)).position(8);
    for (long i = start; i <= index; i++) {
      int size = 0;
      for (int shift = 0, part = 0x80; (part & 0x80) != 0; shift += 7) {
        part = bytes.get();
        size |= (part & 0x7f) << shift;
      }
      bytes.position(bytes.position() + size + 4);
    }
    return bytes.position();
  }

  @Test
  void aDamagedSnapshotIsNoticed() throws IOException {
    Path snapshot = SnapshotFile.list(group.resolve("sm")).getFirst().path();
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[300] ^= 1;
    Files.write(snapshot, bytes);
    refused("does not match its checksum");
  }

  @Test
  void aLostConfigurationIsNoticed() throws IOException {
    Path file = group.resolve("current/raft-meta.conf");
    Files.write(file, new byte[] {1, 2, 3});
    refused("raft-meta.conf cannot be read");
    Files.delete(file);
    refused("raft-meta.conf is missing");
  }

  @Test
  void aLostOrOldVoteIsNoticed() throws IOException {
    Path file = group.resolve("current/raft-meta");
    Files.writeString(file, "term=0\nvotedFor=\n");
    refused("is of term 0, older than the log's");
    Files.writeString(file, "rubbish");
    refused("raft-meta cannot be read");
    Files.delete(file);
    refused("raft-meta cannot be read");
  }

  @Test
  void aSnapshotFolderThatACrashLeftHalfReplacedIsPutBack() throws IOException {
    Files.move(group.resolve("sm"), group.resolve("sm.tmp2026"));
    assertThat(FolderCheck.of(folder, CODEC, entry -> {}).snapshot()).isPresent();
    assertThat(group.resolve("sm")).isDirectory();
  }

  @Test
  void aDamagedLedgerIsNotOpenedAndNothingIsDeleted() throws IOException {
    Path log = file("current", "log_");
    byte[] bytes = Files.readAllBytes(log);
    bytes[2_000] ^= 4;
    Files.write(log, bytes);
    Map<Path, byte[]> before = content();
    RatisLedger.Settings settings =
        RatisLedger.Settings.of(root, RatisLab.CLUSTER, A, Birth.RESUME);
    refusal(
        () -> RatisLedger.open(settings, new LabNetwork().join(A, Role.VOTER), new SystemClock()),
        "is damaged");
    Map<Path, byte[]> after = content();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((path, content) -> assertThat(after.get(path)).isEqualTo(content));
  }

  private void refused(String because) {
    refusal(() -> FolderCheck.of(folder, CODEC, entry -> {}), because);
  }

  private void refusal(ThrowableAssert.ThrowingCallable call, String because) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UserError.class,
            e -> {
              assertThat(e.what()).isEqualTo("the ledger in %s is damaged", root);
              assertThat(e.because()).contains(because);
              assertThat(e.mend()).contains("nothing was changed or deleted");
            });
  }

  private Path file(String in, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(group.resolve(in))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(prefix))
          .min(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private Map<Path, byte[]> content() {
    Map<Path, byte[]> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(file, Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return content;
  }
}
