package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.io.data.aria2.Aria2Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that fetch from bad sources are killed at random moments: no wrong byte may ever be
/// under a final name. `-Ddata.kills=N` says how often, and `-Ddata.seed=N` draws the same sources,
/// mischiefs, versions and moments again; how far a program is at a moment stays the machine's.
@Tag("e2e")
class KillCampaignTest {
  private static final int KILLS = Integer.getInteger("data.kills", 25);

  /// How many fetches must have gone on from pieces of a killed one, or little was tried.
  private static final int RESUMED_MIN = KILLS / 8 + 1;

  /// A quick machine ends many fetches before they are killed: then more are.
  private static final int KILLS_MAX = 4 * KILLS;

  private static final int LANES = 3;

  /// One round in so many of the first lane is of a program with `aria2c`.
  private static final int ARIA2_EVERY = 3;

  @TempDir Path folder;

  private static long seed() {
    String given = System.getProperty("data.seed", "");
    return given.isEmpty() ? ThreadLocalRandom.current().nextInt(1 << 30) : Long.parseLong(given);
  }

  @Test
  void noWrongByteIsEverUnderAFinalName() throws Exception {
    long seed = seed();
    System.out.printf("kills: %d with -Ddata.seed=%d%n", KILLS, seed);
    boolean aria2 = Aria2Settings.find(System.getenv()).isPresent();
    Tally tally = new Tally(new AtomicInteger(), new AtomicInteger());
    try (KillYard yard = new KillYard(seed);
        ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
      List<KillLane> all = new ArrayList<>();
      List<Future<Void>> lanes = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        KillLane usual = new KillLane(folder.resolve("s" + lane), yard, "swarm", seed + lane);
        KillLane other =
            aria2 && lane == 0
                ? new KillLane(folder.resolve("a" + lane), yard, "aria2", seed - 1)
                : usual;
        all.addAll(usual == other ? List.of(usual) : List.of(usual, other));
        lanes.add(threads.submit(() -> run(tally, usual, other)));
      }
      for (Future<Void> lane : lanes) {
        lane.get();
      }
      int kills = all.stream().mapToInt(KillLane::kills).sum();
      int finished = all.stream().mapToInt(KillLane::finished).sum();
      int resumed = all.stream().mapToInt(KillLane::resumed).sum();
      System.out.printf(
          "kills: %d while it ran, %d of them with aria2c; %d files whole, %d went on from pieces%n",
          kills,
          all.stream().filter(KillLane::aria2).mapToInt(KillLane::kills).sum(),
          finished,
          resumed);
      System.out.println("kills: what the bad sources did: " + yard.mischiefs());
      assertThat(kills).isGreaterThanOrEqualTo(KILLS);
      assertThat(finished).as("files that became whole").isGreaterThan(KILLS / 8);
      assertThat(resumed).as("fetches that went on").isGreaterThanOrEqualTo(RESUMED_MIN);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("with -Ddata.seed=%d".formatted(seed), e);
    }
  }

  /// What all lanes have done together.
  private record Tally(AtomicInteger kills, AtomicInteger resumed) {
    boolean enough() {
      return kills.get() >= KILLS && (resumed.get() >= RESUMED_MIN || kills.get() >= KILLS_MAX);
    }
  }

  private static Void run(Tally tally, KillLane usual, KillLane sometimes) throws Exception {
    for (int round = 1; !tally.enough(); round++) {
      KillLane lane = round % ARIA2_EVERY == 0 ? sometimes : usual;
      int kills = lane.kills();
      int resumed = lane.resumed();
      lane.round();
      tally.kills().addAndGet(lane.kills() - kills);
      tally.resumed().addAndGet(lane.resumed() - resumed);
    }
    usual.finish();
    sometimes.finish();
    return null;
  }
}
