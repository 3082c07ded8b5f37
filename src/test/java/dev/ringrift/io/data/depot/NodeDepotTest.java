package dev.ringrift.io.data.depot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import dev.ringrift.agent.data.CollectOrder;
import dev.ringrift.agent.data.Collected;
import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.data.Intake;
import dev.ringrift.agent.data.SaveOrder;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.io.data.files.FileHasher;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.HashCache;
import dev.ringrift.io.data.files.ServedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes with stores of their own on this machine.
class NodeDepotTest {
  private static final DataName MODEL = new DataName("models/a.pth");
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @TempDir Path dir;
  private final CopyEngine engine = new CopyEngine();
  private final AtomicInteger passes = new AtomicInteger();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T opened(T thing) {
    open.add(thing);
    return thing;
  }

  /// One node.
  private final class Node {
    final String name;
    final Path root;
    final FileStore store;
    final NodeDepot depot;
    final Takings takings;

    Node(String name, long budgetBytes) throws IOException {
      this.name = name;
      root = dir.resolve(name + "/served");
      Path state = dir.resolve(name + "/state");
      FileHasher hasher = opened(new FileHasher(new HashCache(state.resolve("hashes"))));
      store = opened(FileStore.open(root, state, hasher));
      depot =
          opened(
              NodeDepot.open(
                  store,
                  engine,
                  engine,
                  state,
                  (node, id) -> Map.of("Pass", node + " " + passes.incrementAndGet()),
                  budgetBytes,
                  attempt -> dir.resolve(name + "/attempts/" + attempt + "/work")));
      takings = new Takings(store, depot, dir.resolve(name + "/inbox"));
      engine.stores.put(name, store);
    }

    CopyOrder.At at() {
      return new CopyOrder.At(new NodeId(name), "http://127.0.0.1:1", true);
    }

    Content take(DataName as, Path file) throws Exception {
      List<Intake.State> states = new ArrayList<>();
      await(
          () -> {
            states.add(takings.take(as, file));
            return states.getLast().content().isPresent();
          });
      return states.getLast().content().orElseThrow();
    }

    FetchReport.State state(ObjectId id) {
      return depot.fetches().stream()
          .filter(f -> f.id().equals(id))
          .findFirst()
          .orElseThrow()
          .state();
    }
  }

  private static void await(BooleanSupplier condition) throws Exception {
    Eventually.isTrue(LONGEST, condition);
  }

  private Path file(String name, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return Files.write(dir.resolve(name), content);
  }

  @Test
  void aFileGoesFromNodeToNodeAndLiesUnderItsName() throws Exception {
    Node one = new Node("one", Long.MAX_VALUE);
    Node two = new Node("two", Long.MAX_VALUE);
    Path model = file("model", 9_000_000);
    Content content = one.take(MODEL, model);
    two.depot.fetch(new CopyOrder(content, MODEL.value(), List.of(one.at())));
    await(() -> two.state(content.id()) == FetchReport.State.DONE);
    assertThat(two.root.resolve("models/a.pth")).hasSameBinaryContentAs(model);
    assertThat(two.depot.whole()).containsExactly(content.id());
    Source source = engine.asked.getFirst();
    assertThat(source.headers()).as("made anew for each request").isNotEqualTo(source.headers());
    FetchReport report = two.depot.fetches().getFirst();
    assertThat(report.fetchedBytes()).isEqualTo(9_000_000);
    assertThat(report.sources().getFirst().label()).isEqualTo("one");
    two.depot.fetch(new CopyOrder(content, "models/b.pth", List.of()));
    await(() -> two.store.find(new RelativePath("models/b.pth")).isPresent());
    assertThat(two.depot.fetches().getFirst().fetchedBytes()).isZero();
  }

  @Test
  void aNewContentTakesTheNameAndThePublishersFileStaysAsItIs() throws Exception {
    Node one = new Node("one", Long.MAX_VALUE);
    Node two = new Node("two", Long.MAX_VALUE);
    Path model = file("model", 5_000);
    Content first = one.take(MODEL, model);
    Content second = two.take(new DataName("other"), file("newer", 6_000));
    one.depot.fetch(new CopyOrder(second, MODEL.value(), List.of(two.at())));
    await(() -> one.state(second.id()) == FetchReport.State.DONE);
    assertThat(one.root.resolve("models/a.pth")).hasSameBinaryContentAs(dir.resolve("newer"));
    assertThat(model).hasSize(5_000);
    assertThat(one.depot.whole()).doesNotContain(first.id());
  }

  @Test
  void whatIsGivenUpIsHeldNoMoreAndAPersonsOwnFileStays() throws Exception {
    Node one = new Node("one", 1_000);
    Path model = file("model", 5_000);
    Content content = one.take(MODEL, model);
    assertThat(one.depot.overBytes()).isEqualTo(4_000);
    assertThat(one.depot.spare().getFirst().id()).isEqualTo(content.id());
    Files.copy(file("own", 7_000), one.root.resolve("own"));
    await(
        () -> one.store.find(new RelativePath("own")).isPresent() && one.depot.whole().size() == 2);
    for (ObjectId id : one.depot.whole()) {
      one.depot.remove(id);
    }
    assertThat(one.depot.whole()).hasSize(1).doesNotContain(content.id());
    await(() -> !Files.exists(one.root.resolve("models/a.pth")));
    assertThat(one.root.resolve("own")).exists();
    assertThat(model).hasSize(5_000);
  }

  @Test
  void whatCameVerifiedIsNotReadOnceMore() throws Exception {
    Node one = new Node("one", Long.MAX_VALUE);
    Node two = new Node("two", Long.MAX_VALUE);
    Content content = one.take(MODEL, file("model", 9_000_000));
    // A hash that reading could not find: who has it has not read.
    Content told = new Content(content.id(), content.sizeBytes(), Sha256.parse("ab".repeat(32)));
    two.depot.fetch(new CopyOrder(told, MODEL.value(), List.of(one.at())));
    await(() -> two.state(content.id()) == FetchReport.State.DONE);
    assertThat(((ServedFile) two.store.find(content.id()).orElseThrow()).sha256())
        .isEqualTo(told.sha256());
  }

  @Test
  void whatWasReadLatelyIsGivenUpLast() throws Exception {
    Node one = new Node("one", 1);
    Content a = one.take(new DataName("a"), file("a", 5_000));
    Content b = one.take(new DataName("b"), file("b", 6_000));
    Content c = one.take(new DataName("c"), file("c", 7_000));
    assertThat(spare(one)).containsExactly(a.id(), b.id(), c.id());

    one.depot.used(a.id()); // as a job does that takes it
    one.store.open((ServedFile) one.store.find(b.id()).orElseThrow()).close(); // as the server does
    assertThat(spare(one)).containsExactly(c.id(), a.id(), b.id());

    one.depot.close();
    assertThat(spare(new Node("one", 1))).containsExactly(c.id(), a.id(), b.id());
  }

  private static List<ObjectId> spare(Node node) {
    return node.depot.spare().stream().map(Depot.Spare::id).toList();
  }

  @Test
  void withoutAnySourceAFetchFailsAndSaysSo() throws Exception {
    Node one = new Node("one", Long.MAX_VALUE);
    ObjectId id = ObjectId.parse("ab".repeat(32));
    CopyOrder.At gone = new CopyOrder.At(new NodeId("gone"), "http://127.0.0.1:1", true);
    one.depot.fetch(new CopyOrder(new Content(id, 10, id.hash()), "x", List.of(gone)));
    await(() -> one.state(id) == FetchReport.State.FAILED);
    assertThat(one.depot.fetches().getFirst().reason()).contains("manifest", "gone");
    assertThat(one.root.resolve("x")).doesNotExist();
  }

  @Test
  void filesOfAnEndedAttemptAreKept() throws Exception {
    Node one = new Node("one", Long.MAX_VALUE);
    AttemptId id = AttemptId.of(1, 0, 1);
    Path work = Files.createDirectories(dir.resolve("one/attempts/1.0.1/work"));
    Files.copy(file("made", 4_000), work.resolve("out.pth"));
    one.depot.collect(new CollectOrder(id, "", List.of("out.pth")));
    await(() -> !one.depot.collected().isEmpty());
    Collected collected = one.depot.collected().getFirst();
    assertThat(collected.problem()).isEmpty();
    assertThat(one.depot.whole()).containsExactly(collected.files().getFirst().id());
    AttemptId other = AttemptId.of(1, 1, 1);
    one.depot.collect(new CollectOrder(other, "", List.of("none")));
    await(() -> one.depot.collected().size() == 2);
    assertThat(one.depot.collected().getLast().problem()).contains("none");
    one.depot.settled(id);
    one.depot.settled(other);
    assertThat(one.depot.collected()).isEmpty();
  }

  @Test
  void aCheckpointIsSavedWhenItIsWholeAndTheNextWhenTheFirstIsSafe() throws Exception {
    Node one = new Node("one", Long.MAX_VALUE);
    AttemptId id = AttemptId.of(1, 0, 1);
    Path work = Files.createDirectories(dir.resolve("one/attempts/1.0.1/work"));
    Duration every = Duration.ofMillis(1);
    SaveOrder first = new SaveOrder(id, "", "state", every, Optional.empty());
    Files.writeString(work.resolve("state"), "one");
    await(
        () -> {
          one.depot.save(List.of(first));
          return !one.depot.saved().isEmpty();
        });
    Content saved = one.depot.saved().getFirst().content();
    Files.writeString(work.resolve("state.new"), "two");
    Files.move(
        work.resolve("state.new"), work.resolve("state"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(one.depot.file(saved.id()).orElseThrow()).hasContent("one");
    SaveOrder next = new SaveOrder(id, "", "state", every, Optional.of(saved.id()));
    await(
        () -> {
          one.depot.save(List.of(next));
          return !one.depot.saved().getFirst().content().equals(saved);
        });
    assertThat(one.depot.file(one.depot.saved().getFirst().content().id()).orElseThrow())
        .hasContent("two");
  }

  @Test
  void aFileThatIsSentInPartsIsKeptByItsId() throws Exception {
    Node one = new Node("one", Long.MAX_VALUE);
    one.takings.add("key", 0, new byte[] {1, 2, 3}, false);
    List<Intake.State> states = new ArrayList<>();
    await(
        () -> {
          states.add(one.takings.add("key", 3, new byte[0], true));
          return states.getLast().content().isPresent();
        });
    ObjectId id = states.getLast().content().orElseThrow().id();
    assertThat(one.depot.file(id).orElseThrow()).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(one.depot.spare()).extracting(each -> each.id()).containsExactly(id);
  }
}
