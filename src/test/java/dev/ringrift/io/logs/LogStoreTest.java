package dev.ringrift.io.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.core.jobs.AttemptId;
import java.nio.file.Path;
import java.util.Arrays;
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
