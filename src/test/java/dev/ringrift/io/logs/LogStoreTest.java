package dev.ringrift.io.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.jobs.AttemptId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStoreTest {
  private static final AttemptId ID = AttemptId.of(7, 0, 1);
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  @Test
  void outputIsReadAsItWasAddedAlsoAfterARestart() {
    LogStore store = new LogStore(folder);
    assertThat(store.append(ID, LogStream.STDOUT, 0, 0, bytes("one\n"), false)).isEqualTo(4);
    assertThat(store.append(ID, LogStream.STDOUT, 4, 4, bytes("two\n"), true)).isEqualTo(8);
    assertThat(store.append(ID, LogStream.STDERR, 0, 0, new byte[0], true)).isZero();
    for (LogStore each : new LogStore[] {store, new LogStore(folder)}) {
      LogPart part = each.read(ID, LogStream.STDOUT, 2, 100);
      assertThat(part.bytes()).asString(UTF_8).isEqualTo("e\ntwo\n");
      assertThat(part.offset()).isEqualTo(2);
      assertThat(part.last()).isTrue();
    }
  }

  @Test
  void aSenderThatIsWrongAboutTheLengthIsToldTheRightOne() {
    LogStore store = new LogStore(folder);
    store.append(ID, LogStream.STDOUT, 0, 0, bytes("one\n"), false);
    assertThat(store.append(ID, LogStream.STDOUT, 0, 0, bytes("one\n"), false)).isEqualTo(4);
    assertThat(store.append(ID, LogStream.STDOUT, 9, 9, bytes("x"), false)).isEqualTo(4);
    assertThat(store.read(ID, LogStream.STDOUT, 0, 100).bytes()).asString(UTF_8).isEqualTo("one\n");
  }

  @Test
  void ofALongStreamHeadAndTailAreKept() {
    LogStore store = new LogStore(folder, 3 * MIB, 100 * MIB);
    for (int i = 0; i < 10; i++) {
      store.append(ID, LogStream.STDOUT, (long) i * MIB, (long) i * MIB, filled(i), false);
    }
    assertThat(store.bytes()).isEqualTo(3 * MIB);
    assertThat(store.read(ID, LogStream.STDOUT, 0, 1).bytes()).containsExactly(0);
    LogPart jumped = store.read(ID, LogStream.STDOUT, MIB, 1);
    assertThat(jumped.offset()).isEqualTo(8L * MIB);
    assertThat(jumped.bytes()).containsExactly(8);
    assertThat(jumped.length()).isEqualTo(10L * MIB);
    assertThat(new LogStore(folder, 3 * MIB, 100 * MIB).bytes()).isEqualTo(3 * MIB);
  }

  @Test
  void theAttemptsThatEndedFirstMakeRoom() {
    LogStore store = new LogStore(folder, 10 * MIB, 3 * MIB);
    AttemptId running = AttemptId.of(1, 0, 1);
    store.append(running, LogStream.STDOUT, 0, 0, filled(1), false);
    for (int job = 2; job <= 4; job++) {
      AttemptId ended = AttemptId.of(job, 0, 1);
      store.append(ended, LogStream.STDERR, 0, 0, new byte[0], true);
      store.append(ended, LogStream.STDOUT, 0, 0, filled(job), true);
    }
    assertThat(store.bytes()).isEqualTo(3 * MIB);
    assertThat(store.read(AttemptId.of(2, 0, 1), LogStream.STDOUT, 0, 1)).isEqualTo(LogPart.NONE);
    assertThat(store.read(AttemptId.of(3, 0, 1), LogStream.STDOUT, 0, 1).bytes()).hasSize(1);
    assertThat(store.read(running, LogStream.STDOUT, 0, 1).bytes()).hasSize(1);
  }

  @Test
  void theNewestChangesAreListedLastAndNothingTwice() {
    LogStore store = new LogStore(folder);
    AttemptId other = AttemptId.of(8, 0, 1);
    store.append(ID, LogStream.STDOUT, 0, 0, bytes("one"), false);
    store.append(other, LogStream.STDOUT, 0, 0, bytes("two"), true);
    store.append(ID, LogStream.STDERR, 0, 0, bytes("three"), false);
    LogHoldings all = store.holdings("", 99);
    assertThat(all.attempts()).extracting(LogHoldings.Held::attempt).containsExactly(other, ID);
    assertThat(all.attempts().getLast().streams())
        .containsExactly(
            new LogHoldings.Extent(LogStream.STDOUT, 3, false),
            new LogHoldings.Extent(LogStream.STDERR, 5, false));
    assertThat(store.holdings(all.instance(), all.next()).attempts()).isEmpty();
    store.append(other, LogStream.STDERR, 0, 0, bytes("four"), true);
    LogHoldings news = store.holdings(all.instance(), all.next());
    assertThat(news.attempts()).extracting(LogHoldings.Held::attempt).containsExactly(other);
    assertThat(news.attempts().getFirst().endedMillis()).isPositive();
  }

  @Test
  void aFullStoreWantsNothingThatWouldBeTheNextToMakeRoom() {
    LogStore store = new LogStore(folder, 10 * MIB, 2 * MIB);
    ended(store, 5, 5_000);
    assertThat(store.wants(held(1, 1_000))).as("there is room").isTrue();
    ended(store, 6, 6_000);
    assertThat(store.wants(held(1, 1_000))).isFalse();
    assertThat(store.wants(held(7, 5_500))).isTrue();
    assertThat(store.wants(held(7, 0))).as("it runs").isTrue();
    assertThat(store.wants(held(6, 6_000))).as("it is here").isFalse();
    ended(store, 7, 5_500);
    assertThat(store.read(AttemptId.of(5, 0, 1), LogStream.STDOUT, 0, 1)).isEqualTo(LogPart.NONE);
    ended(store, 8, 8_000);
    assertThat(store.read(AttemptId.of(7, 0, 1), LogStream.STDOUT, 0, 1))
        .as("by the time of its end, also after it was copied late")
        .isEqualTo(LogPart.NONE);
    LogStore again = new LogStore(folder, 10 * MIB, 2 * MIB);
    assertThat(again.wants(held(1, 1_000))).as("after a restart").isFalse();
  }

  @Test
  void whatNeverEndsMakesRoomADayAfterItsLastWords() {
    LogStore store = new LogStore(folder, 10 * MIB, 2 * MIB);
    AttemptId lost = AttemptId.of(1, 0, 1);
    long longAgo = System.currentTimeMillis() - LogStore.ABANDONED_AFTER.toMillis() - 10_000;
    store.append(lost, LogStream.STDOUT, 0, 0, filled(1), false, longAgo);
    ended(store, 5, System.currentTimeMillis());
    ended(store, 6, System.currentTimeMillis());
    assertThat(store.read(lost, LogStream.STDOUT, 0, 1)).isEqualTo(LogPart.NONE);
    assertThat(store.bytes()).isEqualTo(2 * MIB);
  }

  private static void ended(LogStore store, int job, long atMillis) {
    AttemptId id = AttemptId.of(job, 0, 1);
    store.append(id, LogStream.STDERR, 0, 0, new byte[0], true, atMillis);
    store.append(id, LogStream.STDOUT, 0, 0, filled(job), true, atMillis);
  }

  private static LogHoldings.Held held(int job, long endedMillis) {
    boolean ended = endedMillis > 0;
    return new LogHoldings.Held(
        AttemptId.of(job, 0, 1),
        endedMillis,
        List.of(new LogHoldings.Extent(LogStream.STDOUT, MIB, ended)));
  }

  @Test
  void whoeverFollowsHearsOfMore() throws Exception {
    LogStore store = new LogStore(folder);
    CompletableFuture<Void> more = store.more(ID);
    assertThat(more).isNotDone();
    store.append(ID, LogStream.STDOUT, 0, 0, bytes("x"), false);
    more.get(10, TimeUnit.SECONDS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] filled(int value) {
    byte[] data = new byte[MIB];
    Arrays.fill(data, (byte) value);
    return data;
  }
}
