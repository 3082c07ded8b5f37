package dev.ringrift.io.data.swarm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PieceJournalTest {
  private static final byte[] KEY = "content of thirty-two bytes here".getBytes(US_ASCII);

  @TempDir Path folder;

  private List<Integer> loaded(byte[] key) throws IOException {
    try (PieceJournal journal = PieceJournal.open(folder.resolve("j"), key, 100)) {
      return journal.loaded();
    }
  }

  private void append(Integer... pieces) throws IOException {
    try (PieceJournal journal = PieceJournal.open(folder.resolve("j"), KEY, 100)) {
      journal.append(List.of(pieces));
    }
  }

  @Test
  void whatWasListedIsThere() throws IOException {
    append(7, 3);
    append(99, 7);

    assertThat(loaded(KEY)).containsExactly(3, 7, 99);
  }

  @Test
  void aTornEntryAndWhatFollowsAreLeftOut() throws IOException {
    append(7, 3, 5);
    byte[] bytes = Files.readAllBytes(folder.resolve("j"));
    Files.write(folder.resolve("j"), Arrays.copyOf(bytes, bytes.length - 3));
    assertThat(loaded(KEY)).containsExactly(3, 7);

    append(5);
    bytes = Files.readAllBytes(folder.resolve("j"));
    bytes[KEY.length + 8]++;
    Files.write(folder.resolve("j"), bytes);
    assertThat(loaded(KEY)).containsExactly(7);
  }

  @Test
  void theListOfOtherContentIsEmptied() throws IOException {
    append(7);
    byte[] other = KEY.clone();
    other[0]++;

    assertThat(loaded(other)).isEmpty();
    assertThat(loaded(KEY)).isEmpty();
  }
}
