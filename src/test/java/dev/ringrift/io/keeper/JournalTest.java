package dev.ringrift.io.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.journal.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final AttemptId ID = KeeperRig.id(1);

  @TempDir Path folder;

  private final List<Entry> entries =
      List.of(
          new Entry.Ordered(KeeperRig.script(1, "exit 3 # ünïcode\n"), "boot"),
          new Entry.Launched(ID, 1, false, 5, 6),
          new Entry.Leased(ID, 77),
          new Entry.Ending(ID, AttemptReport.State.CANCELLED, "why"),
          new Entry.Ended(new AttemptReport(ID, AttemptReport.State.FAILED, 3, "why", 6, 9)),
          new Entry.Forgotten(ID));

  @Test
  void whatIsAddedIsThereAfterwards() throws Exception {
    assertThat(open().loaded()).isEqualTo(entries);
    assertThat(reopened()).isEqualTo(entries);
  }

  @Test
  void aTornLastLineIsDroppedAndTheNextIsWhole() throws Exception {
    open().close();
    byte[] whole = Files.readAllBytes(file());
    int lastLine = lastLineStart(whole);
    for (int cut : new int[] {lastLine + 1, lastLine + 8, lastLine + 12, whole.length - 1}) {
      Files.write(file(), Arrays.copyOf(whole, cut));
      try (Journal<Entry> journal = KeeperMain.open(file())) {
        assertThat(journal.loaded()).isEqualTo(entries.subList(0, 5));
        journal.append(List.of(new Entry.Leased(ID, 78)));
      }
      assertThat(reopened()).hasSize(6).endsWith(new Entry.Leased(ID, 78));
    }
  }

  @Test
  void damageInTheMiddleIsAnErrorAndNothingIsLost() throws Exception {
    open().close();
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length / 2] ^= 1;
    Files.write(file(), bytes);
    assertThatThrownBy(() -> KeeperMain.open(file()))
        .isInstanceOfSatisfying(
            UserError.class,
            error -> assertThat(error.what()).contains(file().toString()).contains("line"));
    assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
  }

  @Test
  void compactedItSaysTheSame() throws Exception {
    Book book = new Book();
    try (Journal<Entry> journal = open()) {
      entries.forEach(book::apply);
      book.apply(new Entry.Ordered(KeeperRig.script(2, "true"), "boot"));
      book.apply(new Entry.Launched(KeeperRig.id(2), 1, true, 5, 6));
      book.apply(new Entry.Launched(KeeperRig.id(2), 2, false, 7, 8));
      book.apply(new Entry.Leased(KeeperRig.id(3), 99));
      journal.compact(book.entries());
      journal.append(List.of(new Entry.Ending(KeeperRig.id(2), AttemptReport.State.FAILED, "x")));
    }
    Book replayed = new Book();
    reopened().forEach(replayed::apply);
    assertThat(replayed.knows(ID)).isTrue();
    assertThat(replayed.reports()).isEqualTo(book.reports());
    Kept kept = replayed.find(KeeperRig.id(2));
    assertThat(kept.launches()).isEqualTo(2);
    assertThat(kept.startedBootNanos()).isEqualTo(5);
    assertThat(kept.ending().reason()).isEqualTo("x");
  }

  @Test
  void marksOfForgottenAttemptsAreBounded() {
    Book book = new Book();
    for (int i = 1; i <= Book.TOMBSTONES_MAX + 1; i++) {
      book.apply(new Entry.Forgotten(KeeperRig.id(i)));
    }
    assertThat(book.knows(KeeperRig.id(1))).isFalse();
    assertThat(book.knows(KeeperRig.id(2))).isTrue();
    assertThat(book.entries()).hasSize(Book.TOMBSTONES_MAX);
  }

  private Journal<Entry> open() throws Exception {
    try (Journal<Entry> journal = KeeperMain.open(file())) {
      journal.append(entries);
    }
    return KeeperMain.open(file());
  }

  private List<Entry> reopened() throws Exception {
    try (Journal<Entry> journal = KeeperMain.open(file())) {
      return journal.loaded();
    }
  }

  private Path file() {
    return folder.resolve("journal");
  }

  private static int lastLineStart(byte[] bytes) {
    int at = bytes.length - 1;
    while (bytes[at - 1] != '\n') {
      at--;
    }
    return at;
  }
}
