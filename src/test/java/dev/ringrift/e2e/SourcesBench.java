package dev.ringrift.e2e;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Measures a fetch of one file from four data servers, each on a host with a slow link, beside
/// `curl` and `aria2c`: `bench/run data --only sources`, and `--only slow` where one source becomes
/// slow on the way.
@Tag("bench")
final class SourcesBench {
  private static final int MEGABYTES = 400;
  private static final int SOURCES = 4;
  private static final int WARM_ROUNDS = 5;
  private static final double MEGA = 1e6;
  private static final String HEADER = "'Authorization: Bearer " + BenchNode.TOKEN + "'";

  /// Four even links: what four `curl`s get together is all that there is.
  @Test
  void sources() throws Exception {
    int rounds = Integer.getInteger("bench.rounds", 5);
    try (Lab lab = new Lab()) {
      Map<String, Way> ways = new LinkedHashMap<>();
      ways.put("four curl", lab.curls());
      ways.put("aria2c -x16 -s64 -k1M", lab.aria2("-x16 -s64 -k1M"));
      ways.put("aria2c -x4 -s16 -k1M", lab.aria2("-x4 -s16 -k1M"));
      ways.put("aria2c with hashes", lab.metalink("-x4 -s16 -k1M"));
      ways.put("swarm, of URLs", lab.swarm("url", "/f"));
      ways.put("swarm, of nodes", lab.swarm("holder", ""));
      lab.limit(45);
      for (int i = 0; i < WARM_ROUNDS; i++) { // an agent runs for weeks
        lab.swarm("url", "/f").go();
        lab.swarm("holder", "").go();
      }
      Map<String, List<Timed>> all = run(ways, rounds, () -> {});
      tell(all);
      double curl = Timed.medianSeconds(all.get("four curl"));
      double aria2 = best(all, "aria2c");
      for (String ours : List.of("swarm, of URLs", "swarm, of nodes")) {
        double seconds = Timed.medianSeconds(all.get(ours));
        BenchGround.say(
            "%s, rate of four curl's: %s"
                .formatted(ours, BenchGround.verdict(curl / seconds, 0.97, true)));
        BenchGround.say(
            "%s, time of aria2c's best: %s"
                .formatted(ours, BenchGround.verdict(seconds / aria2, 1, false)));
      }
    }
  }

  /// One link falls from 20 to 1 MB/s when half of the file could be there.
  @Test
  void slow() throws Exception {
    int rounds = Integer.getInteger("bench.rounds", 5);
    double half = MEGABYTES / 2.0 / (SOURCES * 20);
    double ideal = half + MEGABYTES / 2.0 / ((SOURCES - 1) * 20 + 1);
    try (Lab lab = new Lab();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
      Map<String, Way> ways = new LinkedHashMap<>();
      ways.put("swarm, of URLs", lab.swarm("url", "/f"));
      ways.put("swarm, of nodes", lab.swarm("holder", ""));
      ways.put("aria2c -x16 -s64 -k1M", lab.aria2("-x16 -s64 -k1M"));
      Ready fall =
          () -> {
            lab.limit(20);
            ScheduledFuture<?> fell =
                clock.schedule(
                    () -> {
                      lab.hosts.limit("s0", MEGA);
                      return true;
                    },
                    Math.round(half * 1e9),
                    TimeUnit.NANOSECONDS);
            lab.pending.add(fell);
          };
      Map<String, List<Timed>> all = run(ways, rounds, fall);
      Map<String, Way> seed = Map.of("aria2c -x16 -s16", lab.aria2("-x16 -s16"));
      all.putAll(run(seed, -1, fall));
      tell(all);
      BenchGround.say("ideal: %.2f s".formatted(ideal));
      for (Map.Entry<String, List<Timed>> each : all.entrySet()) {
        double ratio = Timed.medianSeconds(each.getValue()) / ideal;
        BenchGround.say(
            "%s, time of the ideal: %s"
                .formatted(
                    each.getKey(),
                    each.getKey().startsWith("swarm")
                        ? BenchGround.verdict(ratio, 1.1, false)
                        : "%.2f".formatted(ratio)));
      }
    }
  }

  private interface Way {
    Timed go() throws Exception;
  }

  private interface Ready {
    void run() throws Exception;
  }

  /// Each way in each round, one after the other; the first round warms up and does not count.
  ///
  /// @param rounds negative for a single one that counts
  private static Map<String, List<Timed>> run(Map<String, Way> ways, int rounds, Ready ready)
      throws Exception {
    Map<String, List<Timed>> all = new LinkedHashMap<>();
    for (int round = rounds < 0 ? 1 : 0; round <= Math.abs(rounds); round++) {
      for (Map.Entry<String, Way> each : ways.entrySet()) {
        ready.run();
        Timed timed = each.getValue().go();
        if (round > 0) {
          all.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(timed);
        }
      }
    }
    return all;
  }

  private static void tell(Map<String, List<Timed>> all) {
    all.forEach(
        (name, rounds) ->
            BenchGround.say(
                "%s; %.1f MB/s, %.2f CPU s/GB"
                    .formatted(
                        BenchGround.all(name + ":", rounds),
                        MEGABYTES / Timed.medianSeconds(rounds),
                        Timed.medianCpuSeconds(rounds) * 1e3 / MEGABYTES)));
  }

  private static double best(Map<String, List<Timed>> all, String prefix) {
    return all.entrySet().stream()
        .filter(each -> each.getKey().startsWith(prefix))
        .map(each -> Timed.medianSeconds(each.getValue()))
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /// Four hosts with a data server and one that fetches, whose own link has no limit.
  private static final class Lab implements AutoCloseable {
    final Namespaces hosts;
    final List<ScheduledFuture<?>> pending = new ArrayList<>();
    private final BenchGround ground;
    private final List<BenchHost> sources = new ArrayList<>();
    private final BenchHost node;
    private final Path manifest;
    private final Path out;

    Lab() throws Exception {
      ground = new BenchGround();
      hosts = Namespaces.make();
      Path file = ground.file("f", MEGABYTES);
      manifest = ground.folder().resolve("m");
      out = ground.folder().resolve("out");
      for (int i = 0; i < SOURCES; i++) {
        String name = "s" + i;
        String address = "10.77.0." + (i + 1);
        hosts.host(name, address);
        sources.add(BenchHost.start(hosts.words(name), ground.folder().resolve(name), address));
        sources.getLast().ask("publish", "f", file.toString(), manifest.toString());
      }
      hosts.host("n", "10.77.0.100");
      node = BenchHost.start(hosts.words("n"), ground.folder().resolve("n"), "10.77.0.100");
    }

    void limit(double megabytesPerSecond) throws Exception {
      for (ScheduledFuture<?> each : pending) {
        each.get();
      }
      pending.clear();
      for (int i = 0; i < SOURCES; i++) {
        hosts.limit("s" + i, megabytesPerSecond * MEGA);
      }
    }

    /// Each reads a quarter from another source.
    Way curls() {
      long part = Math.round(MEGABYTES * MEGA / SOURCES);
      String script =
          IntStream.range(0, SOURCES)
              .mapToObj(
                  i ->
                      "curl -sf -H %s -r %d-%d -o %s/%d %s/f & p%d=$!"
                          .formatted(
                              HEADER, i * part, (i + 1) * part - 1, out, i, urls().get(i), i))
              .collect(Collectors.joining("\n", "mkdir -p " + out + "\n", "\n"));
      String waits =
          IntStream.range(0, SOURCES).mapToObj(i -> "wait $p" + i).collect(Collectors.joining(";"));
      return () -> script(script + waits);
    }

    Way aria2(String flags) {
      String from = urls().stream().map(each -> each + "/f").collect(Collectors.joining(" "));
      return () ->
          script(
              "aria2c --no-conf -q --file-allocation=none --header %s %s -d %s -o f %s"
                  .formatted(HEADER, flags, out, from));
    }

    Way metalink(String flags) throws Exception {
      List<URI> from = urls().stream().map(each -> URI.create(each + "/f")).toList();
      Path metalink = LoopbackBench.metalink(manifest, ground.folder(), from);
      return () ->
          script(LoopbackBench.aria2(metalink, out, "--header %s %s".formatted(HEADER, flags)));
    }

    Way swarm(String kind, String path) {
      List<String> words = new ArrayList<>(List.of("fetch", "g", manifest.toString()));
      urls().forEach(each -> words.add("%s:%s%s".formatted(kind, each, path)));
      return () -> {
        double before = node.cpuSeconds();
        String said = node.ask(words.toArray(String[]::new));
        double cpu = node.cpuSeconds() - before;
        node.ask("remove", "g");
        return new Timed(Double.parseDouble(said.split(" ", -1)[0]), cpu);
      };
    }

    private Timed script(String script) throws Exception {
      Timed timed = Timed.script(hosts.words("n"), script);
      Program.deleteAll(out);
      return timed;
    }

    private List<String> urls() {
      return sources.stream().map(BenchHost::base).toList();
    }

    @Override
    public void close() throws Exception {
      node.close();
      sources.forEach(BenchHost::close);
      hosts.close();
      ground.close();
    }
  }
}
