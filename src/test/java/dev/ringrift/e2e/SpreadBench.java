package dev.ringrift.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Measures how soon eight nodes have a file that one node has, each on a host with a link of its
/// own: `bench/run data --only spread`, and `--only thin` with links that leave the processors
/// idle. The bound is that of Kumar and Ross, "Peer-assisted file distribution" (2006): no way to
/// spread a file is quicker.
@Tag("bench")
final class SpreadBench {
  private static final int NODES = 8;

  /// Fresh Java machines compile what agents, which run for weeks, have compiled long since: for
  /// quick links, and for those of the measurement.
  private static final int WARM_ROUNDS = 8;

  private static final int WARM_MEGABYTES = 120;
  private static final double MEGA = 1e6;

  @Test
  void spread() throws Exception {
    measure(45, 1_000, 250);
  }

  @Test
  void thin() throws Exception {
    measure(15, 330, 80);
  }

  private static void measure(int rate, int megabytes, int seedMegabytes) throws Exception {
    try (Lab lab = new Lab()) {
      for (int i = 0; i < WARM_ROUNDS; i++) {
        lab.limit(i < WARM_ROUNDS / 2 ? 10 * rate : rate);
        lab.round("warm" + i, WARM_MEGABYTES, true);
      }
      Round swarm = lab.round("f", megabytes, true);
      double bound = bound(rate, megabytes);
      tell(rate, megabytes, "from whoever has pieces", swarm, bound);
      BenchGround.say(
          "from whoever has pieces, last node of the bound: "
              + BenchGround.verdict(swarm.last() / bound, 1.25, false));
      Round seed = lab.round("g", seedMegabytes, false);
      double seedBound = bound(rate, seedMegabytes);
      tell(rate, seedMegabytes, "from complete sources only", seed, seedBound);
      BenchGround.say(
          "from complete sources only, last node of the bound: %.2f"
              .formatted(seed.last() / seedBound));
    }
  }

  /// The largest of what the seed, a node, and all links together need at least.
  private static double bound(double rate, double megabytes) {
    double links = NODES * megabytes / (rate + NODES * rate);
    return Math.max(megabytes / rate, links);
  }

  private static void tell(int rate, int megabytes, String what, Round round, double bound) {
    BenchGround.say(
        "%d MB from one node to %d, links of %d MB/s, %s: last %.2f s (%s); bound %.2f s"
            .formatted(
                megabytes,
                NODES,
                rate,
                what,
                round.last(),
                round.seconds().stream()
                    .sorted()
                    .map(each -> String.format(Locale.ROOT, "%.1f", each))
                    .collect(Collectors.joining(" ")),
                bound));
    double gigabytes = NODES * megabytes / 1e3;
    BenchGround.say(
        ("processor: %.0f %% of this machine busy meanwhile; the programs of all nodes"
                + " %.2f CPU s for each GB that one got; the seed gave %.2f times the file")
            .formatted(
                100 * round.busy(),
                round.cpuSeconds() / gigabytes,
                round.seedBytes() / (megabytes * MEGA)));
  }

  /// @param seconds of each node
  /// @param cpuSeconds of the programs of all
  /// @param busy share of the machine's processors
  private record Round(List<Double> seconds, double cpuSeconds, double busy, long seedBytes) {
    double last() {
      return seconds.stream().max(Double::compare).orElseThrow();
    }
  }

  private static final class Lab implements AutoCloseable {
    private final BenchGround ground = new BenchGround();
    private final Namespaces hosts = Namespaces.make();
    private final List<BenchHost> nodes = new ArrayList<>();

    /// The first is the seed.
    Lab() throws Exception {
      for (int i = 0; i <= NODES; i++) {
        String name = "n" + i;
        String address = "10.77.0." + (i + 1);
        hosts.host(name, address);
        nodes.add(BenchHost.start(hosts.words(name), ground.folder().resolve(name), address));
      }
    }

    void limit(double megabytesPerSecond) throws Exception {
      for (int i = 0; i <= NODES; i++) {
        hosts.limit("n" + i, megabytesPerSecond * MEGA);
      }
    }

    /// All but the seed fetch at once a file that only the seed has.
    ///
    /// @param all whether they are told of each other too
    Round round(String name, int megabytes, boolean all) throws Exception {
      Path file = ground.file(name, megabytes);
      Path manifest = ground.folder().resolve(name + ".manifest");
      BenchHost seed = nodes.getFirst();
      seed.ask("publish", name, file.toString(), manifest.toString());
      for (int i = 1; i <= NODES; i++) {
        room(i, name, megabytes);
      }
      double cpu = cpuSeconds();
      Timed.Machine machine = Timed.Machine.now();
      List<CompletableFuture<String>> running = new ArrayList<>();
      for (BenchHost node : nodes.subList(1, nodes.size())) {
        List<String> words = new ArrayList<>(List.of("fetch", name, manifest.toString()));
        nodes.stream()
            .filter(each -> each == seed || (all && each != node))
            .forEach(each -> words.add((each == seed ? "holder:" : "peer:") + each.base()));
        running.add(
            node.asked(words.toArray(String[]::new))
                .thenApply(
                    said -> {
                      keep(node, name, manifest);
                      return said;
                    }));
      }
      List<Double> seconds = new ArrayList<>();
      long seedBytes = 0;
      for (CompletableFuture<String> each : running) {
        String said = each.get();
        seconds.add(Double.parseDouble(said.split(" ", -1)[0]));
        seedBytes += bytes(said, seed);
      }
      Round round = new Round(seconds, cpuSeconds() - cpu, machine.busySince(), seedBytes);
      for (BenchHost node : nodes) {
        node.ask("remove", name);
      }
      return round;
    }

    /// Leaves a half file of other content, as a fetch that was broken off does. A virtual machine
    /// may have to ask its host for memory that it has not used for a while, which here costs more
    /// than all the rest, and which real nodes would not ask of one machine.
    private void room(int node, String name, int megabytes) throws IOException {
      Path data = ground.folder().resolve("n" + node).resolve("data");
      BenchGround.fill(data.resolve("." + name + ".part"), megabytes);
    }

    private static void keep(BenchHost node, String name, Path manifest) {
      try {
        node.ask("keep", name, manifest.toString());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static long bytes(String said, BenchHost from) {
      String label = from.base().substring("http://".length()) + "=";
      for (String word : said.split(" ", -1)) {
        if (word.startsWith(label)) {
          return Long.parseLong(word.substring(label.length()));
        }
      }
      return 0;
    }

    private double cpuSeconds() throws IOException {
      double sum = 0;
      for (BenchHost node : nodes) {
        sum += node.cpuSeconds();
      }
      return sum;
    }

    @Override
    public void close() throws Exception {
      nodes.forEach(BenchHost::close);
      hosts.close();
      ground.close();
    }
  }
}
