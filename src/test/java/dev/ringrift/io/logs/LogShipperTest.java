package dev.ringrift.io.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.jobs.AttemptId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LogShipperTest {
  private static final AttemptId ID = AttemptId.of(7, 0, 1);
  private static final NodeId WORKER = new NodeId("w1");
  private static final NodeId FIRST = new NodeId("v1");
  private static final NodeId SECOND = new NodeId("v2");

  @TempDir Path folder;
  private final FakeLinks links = new FakeLinks();

  @Test
  void outputIsStreamedWhileItComesAndTheEndIsKnown() throws Exception {
    LogStore store = voter(FIRST);
    Path attempt = attempt("stdout", "one\n");
    try (LogShipper shipper = shipper()) {
      shipper.target(Optional.of(FIRST));
      await(store, 4);
      assertThat(store.read(ID, LogStream.STDOUT, 0, 9).ended()).isFalse();
      Files.writeString(attempt.resolve("stdout"), "two\n", StandardOpenOption.APPEND);
      await(store, 8);
      Files.writeString(attempt.resolve("ended.json"), "{}");
      awaitEnd(store);
      assertThat(store.read(ID, LogStream.STDOUT, 0, 9).bytes()).asString().isEqualTo("one\ntwo\n");
      while (!Files.exists(attempt.resolve("shipped"))) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aNewVoterGetsItAllFromTheStart() throws Exception {
    LogStore first = voter(FIRST);
    LogStore second = voter(SECOND);
    Path attempt = attempt("stdout", "x".repeat(300_000));
    Files.writeString(attempt.resolve("ended.json"), "{}");
    try (LogShipper shipper = shipper()) {
      shipper.target(Optional.of(FIRST));
      awaitEnd(first);
      links.cut.add(FIRST);
      shipper.target(Optional.of(SECOND));
      awaitEnd(second);
    }
    assertThat(second.read(ID, LogStream.STDOUT, 0, 1 << 20).bytes()).hasSize(300_000);
  }

  @Test
  void aHoleThatTheKeeperMadeIsNotSentAsZeros() throws Exception {
    LogStore store = voter(FIRST);
    Path attempt = attempt("stdout", "head" + "\0".repeat(200_000) + "tail");
    Files.writeString(attempt.resolve("stdout.hole"), "4 200004\n");
    Files.writeString(attempt.resolve("ended.json"), "{}");
    try (LogShipper shipper = shipper()) {
      shipper.target(Optional.of(FIRST));
      awaitEnd(store);
    }
    assertThat(store.bytes()).isEqualTo(8);
    assertThat(store.read(ID, LogStream.STDOUT, 0, 99).bytes()).asString().isEqualTo("head");
    LogPart tail = store.read(ID, LogStream.STDOUT, 4, 99);
    assertThat(tail.offset()).isEqualTo(200_004);
    assertThat(tail.bytes()).asString().isEqualTo("tail");
  }

  @Test
  void aReaderGetsTheLongestThatAnyVoterHas() throws Exception {
    LogStore store = voter(FIRST);
    LogStore empty = new LogStore(folder.resolve("own"));
    Transport reader = links.node(SECOND, Role.VOTER);
    LogService service = new LogService(empty, reader, (node, attempt) -> true);
    store.append(ID, LogStream.STDERR, 0, 0, "oops".getBytes(StandardCharsets.UTF_8), false);
    LogPart part = service.read(ID, LogStream.STDERR, 1, 99, List.of(FIRST));
    assertThat(part.bytes()).asString().isEqualTo("ops");
    assertThat(part.next()).isEqualTo(4);
    links.cut.add(FIRST);
    assertThat(service.read(ID, LogStream.STDERR, 1, 99, List.of(FIRST))).isEqualTo(LogPart.NONE);
  }

  @Test
  void onlyTheNodeOfAnAttemptMaySendItsOutputAndNoWorkerMayRead() {
    LogStore store = voter(FIRST);
    assertRefused(new NodeId("w2"), Role.WORKER, LogWire.APPEND, "may not send output");
    assertRefused(WORKER, Role.VIEWER, LogWire.APPEND, "may not send output");
    assertRefused(WORKER, Role.WORKER, LogWire.READ, "may not read output");
    assertThat(store.bytes()).isZero();
  }

  private void assertRefused(NodeId node, Role role, String channel, String refusal) {
    FakeLinks own = new FakeLinks();
    Transport voter = own.node(FIRST, Role.VOTER);
    new LogService(
            new LogStore(folder.resolve("refused")), voter, (peer, id) -> peer.equals(WORKER))
        .serve();
    byte[] body =
        LogWire.join(new LogWire.Append(ID, LogStream.STDOUT, 0, 0, false), new byte[] {1});
    assertThatThrownBy(
            () ->
                own.node(node, role)
                    .request(FIRST, channel, body, Duration.ofSeconds(1))
                    .get(1, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining(refusal);
  }

  private LogStore voter(NodeId id) {
    LogStore store = new LogStore(folder.resolve("logs-" + id));
    Transport transport = links.node(id, Role.VOTER);
    new LogService(store, transport, (node, attempt) -> node.equals(WORKER)).serve();
    return store;
  }

  private LogShipper shipper() {
    Transport transport = links.node(WORKER, Role.WORKER);
    return new LogShipper(
        folder.resolve("data"), WORKER, transport, Optional.empty(), Duration.ofMillis(5));
  }

  private Path attempt(String file, String text) throws Exception {
    Path attempt =
        Files.createDirectories(folder.resolve("data").resolve("attempts").resolve(ID.toString()));
    Files.writeString(attempt.resolve(file), text);
    return attempt;
  }

  private static void await(LogStore store, long length) throws Exception {
    while (true) {
      var more = store.more(ID);
      if (store.read(ID, LogStream.STDOUT, 0, 1).length() >= length) {
        return;
      }
      more.get(20, TimeUnit.SECONDS);
    }
  }

  private static void awaitEnd(LogStore store) throws Exception {
    while (true) {
      var more = store.more(ID);
      boolean all = true;
      for (LogStream stream : LogStream.values()) {
        all &= store.read(ID, stream, 0, 1).ended();
      }
      if (all) {
        return;
      }
      more.get(20, TimeUnit.SECONDS);
    }
  }
}
