package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.ledger.Vocabulary;
import dev.ringrift.io.ledger.RatisLedger.Birth;
import dev.ringrift.ledger.LedgerLab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Real ledgers on links in memory, with folders on disk.
final class RatisLab implements LedgerLab {
  static final String CLUSTER = "c-lab";

  /// Few, so that the tests come upon snapshots.
  private static final int SNAPSHOT_EVERY = 60;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<CompletableFuture<Void>> CLOSING = new ArrayList<>();

  final LabNetwork network = new LabNetwork();
  private final Path root;
  private final List<NodeId> nodes = new ArrayList<>();
  private final Map<NodeId, RatisLedger> running = new HashMap<>();
  private final Map<NodeId, CompletableFuture<Void>> ending = new HashMap<>();

  RatisLab() {
    try {
      root = Files.createTempDirectory("ringrift-ledger");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A cluster of that many voters, born as a real one is: one founds it, the others are added.
  static RatisLab start(int voters) {
    RatisLab lab = new RatisLab();
    List<NodeId> group = new ArrayList<>();
    for (int i = 0; i < voters; i++) {
      NodeId node = new NodeId(String.valueOf((char) ('a' + i)));
      lab.open(node, i == 0 ? Birth.FOUND : Birth.JOIN);
      group.add(node);
    }
    if (voters > 1) {
      lab.grow(group);
    }
    return lab;
  }

  RatisLedger open(NodeId node, Birth birth) {
    return open(node, birth, Vocabulary.OWN);
  }

  private RatisLedger open(NodeId node, Birth birth, Vocabulary known) {
    RatisLedger.Settings settings =
        RatisLedger.Settings.of(folder(node), CLUSTER, node, birth)
            .withSnapshotEvery(SNAPSHOT_EVERY)
            .withVocabulary(known);
    if (!nodes.contains(node)) {
      nodes.add(node);
    }
    RatisLedger ledger =
        RatisLedger.open(settings, network.join(node, Role.VOTER), new SystemClock());
    running.put(node, ledger);
    return ledger;
  }

  Path folder(NodeId node) {
    return root.resolve(node.value());
  }

  /// Makes these the voters.
  void grow(List<NodeId> group) {
    await(
        "the voters to be " + group,
        () ->
            running.values().stream()
                .filter(ledger -> ledger.standing().leading())
                .anyMatch(ledger -> change(ledger, group) instanceof Proposal.Committed));
  }

  Proposal change(RatisLedger ledger, List<NodeId> group) {
    CompletableFuture<Proposal> answer = new CompletableFuture<>();
    ledger.changeVoters(group, answer::complete);
    return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public List<NodeId> nodes() {
    return List.copyOf(nodes);
  }

  @Override
  public boolean running(NodeId node) {
    return running.containsKey(node);
  }

  @Override
  public RatisLedger ledger(NodeId node) {
    RatisLedger ledger = running.get(node);
    if (ledger == null) {
      throw new IllegalStateException(node + " does not run");
    }
    return ledger;
  }

  @Override
  public void cut(NodeId from, NodeId to) {
    network.cut(from, to);
  }

  @Override
  public void heal() {
    network.heal();
  }

  @Override
  public void kill(NodeId node) {
    network.leave(node);
    RatisLedger killed = ledger(node);
    running.remove(node);
    ending.put(node, closing(killed));
  }

  /// One voter, killed, whose log has more than its newest snapshot: a snapshot may come with the
  /// last entry, and then it is tried again.
  static RatisLab buriedWithALog(int jobs) {
    while (true) {
      RatisLab lab = start(1);
      NodeId only = RatisConformanceTest.anyLeader(lab);
      RatisConformanceTest.fill(lab, jobs);
      lab.kill(only);
      lab.buried(only);
      FolderCheck found =
          FolderCheck.of(
              LedgerFolder.open(lab.folder(only), CLUSTER, only, Birth.RESUME),
              new CommandCodec(Vocabulary.OWN),
              entry -> {});
      if (found.snapshot().orElseThrow().index() < found.last()) {
        return lab;
      }
      lab.close();
    }
  }

  /// Waits until a killed voter has let go of its folder.
  void buried(NodeId node) {
    ending.get(node).join();
  }

  @Override
  public void restart(NodeId node, Vocabulary known) {
    buried(node);
    open(node, Birth.RESUME, known);
  }

  private static CompletableFuture<Void> closing(RatisLedger ledger) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            ledger.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> Thread.ofPlatform().start(task));
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("waited %s for %s".formatted(PATIENCE, what));
      }
      pass(Duration.ofMillis(2));
    }
  }

  @Override
  public void pass(Duration time) {
    try {
      new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Closes behind the test's back: a Ratis server takes a second for it.
  @Override
  public void close() {
    List<CompletableFuture<Void>> ends = new ArrayList<>(ending.values());
    running.values().forEach(ledger -> ends.add(closing(ledger)));
    CompletableFuture<Void> all =
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenRun(this::delete);
    synchronized (CLOSING) {
      CLOSING.add(all);
    }
  }

  /// Waits for all labs that were closed.
  static void closeAll() {
    synchronized (CLOSING) {
      CLOSING.forEach(CompletableFuture::join);
      CLOSING.clear();
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
