package dev.ringrift.io.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LogCopierTest {
  private static final AttemptId ID = AttemptId.of(7, 0, 1);
  private static final NodeId FIRST = new NodeId("v1");
  private static final NodeId SECOND = new NodeId("v2");
  private static final NodeId THIRD = new NodeId("v3");

  @TempDir Path folder;
  private final FakeLinks links = new FakeLinks();
  private final Map<NodeId, LogService> services = new HashMap<>();

  @Test
  void whatOneVoterHasTheOthersHaveSoonAndSoItOutlivesTheVoter() throws Exception {
    LogStore first = voter(FIRST, new LogStore(folder.resolve("first")));
    LogStore second = voter(SECOND, new LogStore(folder.resolve("second")));
    print(first, 0, "one\n", false);
    try (LogCopier copier = copier(SECOND, second)) {
      await(second, 4);
      print(first, 4, "x".repeat(600_000), true);
      first.append(ID, LogStream.STDERR, 0, 0, new byte[0], true);
      awaitEnd(second);
      assertThat(copier).isNotNull();
    }
    links.cut.add(FIRST);
    LogStore third = voter(THIRD, new LogStore(folder.resolve("third")));
    try (LogCopier copier = copier(THIRD, third)) {
      awaitEnd(third);
      assertThat(copier).isNotNull();
    }
    assertThat(whole(third)).isEqualTo("one\n" + "x".repeat(600_000));
    assertThat(third.holdings("", 0).attempts())
        .as("the time of its end is copied too")
        .isEqualTo(first.holdings("", 0).attempts());
  }

  @Test
  void aVoterThatWasWipedGetsItAllAgain() throws Exception {
    LogStore first = voter(FIRST, new LogStore(folder.resolve("first")));
    LogStore second = voter(SECOND, new LogStore(folder.resolve("second")));
    print(first, 0, "hello\n", true);
    first.append(ID, LogStream.STDERR, 0, 0, new byte[0], true);
    try (LogCopier copier = copier(SECOND, second)) {
      awaitEnd(second);
      // The first comes back with an empty folder; the second has asked it before.
      LogStore wiped = voter(FIRST, new LogStore(folder.resolve("wiped")));
      try (LogCopier back = copier(FIRST, wiped)) {
        awaitEnd(wiped);
        assertThat(whole(wiped)).isEqualTo("hello\n");
        AttemptId next = AttemptId.of(8, 0, 1);
        wiped.append(next, LogStream.STDOUT, 0, 0, bytes("new"), false);
        while (second.extent(next, LogStream.STDOUT).length() < 3) {
          Thread.onSpinWait();
        }
        assertThat(back).isNotNull();
      }
      assertThat(copier).isNotNull();
    }
  }

  @Test
  void ofALongStreamWhatIsKeptIsCopied() throws Exception {
    long mib = 1L << 20;
    LogStore first = voter(FIRST, new LogStore(folder.resolve("first"), 3 * mib, 100 * mib));
    byte[] part = new byte[1 << 20];
    for (int i = 0; i < 10; i++) {
      Arrays.fill(part, (byte) i);
      first.append(ID, LogStream.STDOUT, i * mib, i * mib, part, i == 9);
    }
    first.append(ID, LogStream.STDERR, 0, 0, new byte[0], true);
    LogStore second = voter(SECOND, new LogStore(folder.resolve("second"), 3 * mib, 100 * mib));
    try (LogCopier copier = copier(SECOND, second)) {
      awaitEnd(second);
      assertThat(copier).isNotNull();
    }
    assertThat(second.bytes()).isEqualTo(first.bytes());
    assertThat(second.read(ID, LogStream.STDOUT, 0, 1).bytes()).containsExactly(0);
    assertThat(second.read(ID, LogStream.STDOUT, mib, 1).offset()).isEqualTo(8 * mib);
  }

  @Test
  void aReaderIsGivenTheCopyThatHasWhatItAskedFor() throws Exception {
    long mib = 1L << 20;
    LogStore holed = voter(FIRST, new LogStore(folder.resolve("holed"), 2 * mib, 100 * mib));
    LogStore whole = voter(SECOND, new LogStore(folder.resolve("whole")));
    for (int i = 0; i < 5; i++) {
      byte[] part = new byte[1 << 20];
      Arrays.fill(part, (byte) i);
      holed.append(ID, LogStream.STDOUT, i * mib, i * mib, part, i == 4);
      if (i < 4) {
        whole.append(ID, LogStream.STDOUT, i * mib, i * mib, part, false);
      }
    }
    LogService reader = service(FIRST);
    LogPart middle = reader.read(ID, LogStream.STDOUT, 2 * mib, 1, List.of(SECOND));
    assertThat(middle.offset()).isEqualTo(2 * mib);
    assertThat(middle.bytes()).containsExactly(2);
    assertThat(middle.length()).isEqualTo(5 * mib);
    assertThat(middle.ended()).isTrue();
    links.cut.add(SECOND);
    assertThat(reader.read(ID, LogStream.STDOUT, 2 * mib, 1, List.of(SECOND)).offset())
        .isEqualTo(4 * mib);
  }

  @Test
  void onlyVotersMayCopy() {
    voter(FIRST, new LogStore(folder.resolve("first")));
    for (Role role : List.of(Role.WORKER, Role.VIEWER)) {
      NodeId asker = new NodeId("some-" + role.label());
      assertThatThrownBy(
              () ->
                  links
                      .node(asker, role)
                      .request(
                          FIRST,
                          LogWire.LIST,
                          LogWire.join(new LogWire.Since("", 0), new byte[0]),
                          Duration.ofSeconds(1))
                      .get(1, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("may not copy output");
    }
  }

  private LogStore voter(NodeId id, LogStore store) {
    LogService service = new LogService(store, links.node(id, Role.VOTER), (node, run) -> true);
    service.serve();
    services.put(id, service);
    return store;
  }

  private LogService service(NodeId id) {
    LogService service = services.get(id);
    if (service == null) {
      throw new IllegalStateException("no service of " + id);
    }
    return service;
  }

  private LogCopier copier(NodeId id, LogStore store) {
    return new LogCopier(
        id,
        store,
        links.node(id, Role.VOTER),
        () -> List.of(FIRST, SECOND, THIRD),
        Duration.ofMillis(5));
  }

  private static void print(LogStore store, long at, String text, boolean ended) {
    store.append(ID, LogStream.STDOUT, at, at, bytes(text), ended);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String whole(LogStore store) {
    return new String(store.read(ID, LogStream.STDOUT, 0, 1 << 20).bytes(), StandardCharsets.UTF_8);
  }

  private static void await(LogStore store, long length) throws Exception {
    while (store.extent(ID, LogStream.STDOUT).length() < length) {
      store.more(ID).get(20, TimeUnit.SECONDS);
    }
  }

  private static void awaitEnd(LogStore store) {
    while (!store.extent(ID, LogStream.STDOUT).ended()
        || !store.extent(ID, LogStream.STDERR).ended()) {
      Thread.onSpinWait();
    }
  }
}
