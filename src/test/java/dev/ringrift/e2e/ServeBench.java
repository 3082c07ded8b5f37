package dev.ringrift.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Measures the data server beside nginx, on loopback: `bench/run data --only serve`. Several
/// `curl`s read the same file at once, whole or in ranges of a piece each, and throw it away.
@Tag("bench")
final class ServeBench {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 7);
  private static final int WARM_ROUNDS = 10;
  private static final int READERS = 4;
  private static final int MEGABYTES = 1_000;
  private static final int RANGE_BYTES = 4 << 20;
  private static final String HEADER = "-H 'Authorization: Bearer " + BenchNode.TOKEN + "'";

  @Test
  void serving() throws Exception {
    try (BenchGround ground = new BenchGround()) {
      Path file = ground.file("f", MEGABYTES);
      try (BenchNginx nginx = new BenchNginx(ground.folder(), ground.folder().resolve("nginx"));
          BenchHost node =
              BenchHost.start(List.of(), ground.folder().resolve("node"), "127.0.0.1")) {
        node.ask("publish", "f", file.toString(), ground.folder().resolve("m").toString());
        String theirs = nginx.uri("f").toString();
        String ours = node.base() + "/f";
        compare("whole", nginx, node, whole(theirs), whole(ours));
        compare(
            "ranges of 4 MiB",
            nginx,
            node,
            ranges(ground.folder().resolve("theirs"), theirs),
            ranges(ground.folder().resolve("ours"), ours));
      }
    }
  }

  private static void compare(
      String what, BenchNginx nginx, BenchHost node, String theirs, String ours) throws Exception {
    List<Timed> nginxRounds = new ArrayList<>();
    List<Timed> nodeRounds = new ArrayList<>();
    for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
      double before = nginx.cpuSeconds();
      double seconds = Timed.script(List.of(), theirs).seconds();
      Timed nginxRound = new Timed(seconds, nginx.cpuSeconds() - before);
      before = node.cpuSeconds();
      seconds = Timed.script(List.of(), ours).seconds();
      Timed nodeRound = new Timed(seconds, node.cpuSeconds() - before);
      if (round >= 0) {
        nginxRounds.add(nginxRound);
        nodeRounds.add(nodeRound);
      }
    }
    double gigabytes = READERS * MEGABYTES / 1e3;
    tell(what + ", nginx:", nginxRounds, gigabytes);
    tell(what + ", data server:", nodeRounds, gigabytes);
    BenchGround.say(
        "%s, throughput of nginx's: %s"
            .formatted(
                what,
                BenchGround.verdict(
                    Timed.medianSeconds(nginxRounds) / Timed.medianSeconds(nodeRounds),
                    0.95,
                    true)));
    BenchGround.say(
        "%s, processor time of nginx's: %s"
            .formatted(
                what,
                BenchGround.verdict(
                    Timed.medianCpuSeconds(nodeRounds) / Timed.medianCpuSeconds(nginxRounds),
                    1.1,
                    false)));
  }

  private static void tell(String what, List<Timed> rounds, double gigabytes) {
    BenchGround.say(
        "%s; %.2f GB/s, %.3f CPU s/GB"
            .formatted(
                BenchGround.all(what, rounds),
                gigabytes / Timed.medianSeconds(rounds),
                Timed.medianCpuSeconds(rounds) / gigabytes));
  }

  private static String whole(String url) {
    return IntStream.range(0, READERS)
        .mapToObj(i -> "curl -sf %s -o /dev/null %s & p%d=$!".formatted(HEADER, url, i))
        .collect(Collectors.joining("\n", "", "\n" + waits()));
  }

  /// One connection a reader, on which it asks for one piece after the other.
  private static String ranges(Path config, String url) throws Exception {
    StringBuilder asks = new StringBuilder();
    long size = MEGABYTES * 1_000_000L;
    for (long at = 0; at < size; at += RANGE_BYTES) {
      asks.append(at == 0 ? "" : "next\n")
          .append("silent\nfail\noutput = /dev/null\n")
          .append("header = \"Authorization: Bearer %s\"\n".formatted(BenchNode.TOKEN))
          .append(
              String.format(
                  Locale.ROOT, "range = %d-%d%n", at, Math.min(size, at + RANGE_BYTES) - 1))
          .append("url = ")
          .append(url)
          .append('\n');
    }
    Files.writeString(config, asks);
    return IntStream.range(0, READERS)
        .mapToObj(i -> "curl -K %s & p%d=$!".formatted(config, i))
        .collect(Collectors.joining("\n", "", "\n" + waits()));
  }

  private static String waits() {
    return IntStream.range(0, READERS)
        .mapToObj(i -> "wait $p" + i)
        .collect(Collectors.joining("; "));
  }
}
