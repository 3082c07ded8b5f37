package dev.ringrift.e2e;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.data.metalink.Metalink;
import dev.ringrift.io.data.metalink.MetalinkText;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Measures a verified fetch on loopback beside `aria2c` with the same piece hashes, both from the
/// same nginx: `bench/run data --only loopback`.
@Tag("bench")
final class LoopbackBench {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 7);
  private static final int WARM_ROUNDS = 2;
  private static final int MEGABYTES = 1_000;

  @Test
  void verifiedFetch() throws Exception {
    try (BenchGround ground = new BenchGround()) {
      Path folder = ground.folder();
      Path file = ground.file("f", MEGABYTES);
      try (BenchNginx nginx = new BenchNginx(folder, folder.resolve("nginx"));
          BenchHost node = BenchHost.start(List.of(), folder.resolve("node"), "127.0.0.1")) {
        Path manifest = folder.resolve("m");
        node.ask("publish", "f", file.toString(), manifest.toString());
        Path metalink = metalink(manifest, folder, List.of(nginx.uri("f")));
        Path out = folder.resolve("out");
        Map<String, String> aria2 = new LinkedHashMap<>();
        for (String flags : List.of("", "-x4 -s4 -k1M", "-x16 -s16 -k1M")) {
          aria2.put("aria2c " + flags, aria2(metalink, out, flags));
        }
        compare(node, manifest, nginx, aria2, out);
      }
    }
  }

  private static void compare(
      BenchHost node, Path manifest, BenchNginx nginx, Map<String, String> aria2, Path out)
      throws Exception {
    List<Timed> ours = new ArrayList<>();
    Map<String, List<Timed>> theirs = new LinkedHashMap<>();
    for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
      double before = node.cpuSeconds();
      String said = node.ask("fetch", "g", manifest.toString(), "url:" + nginx.uri("f"));
      Timed timed =
          new Timed(Double.parseDouble(said.split(" ", -1)[0]), node.cpuSeconds() - before);
      node.ask("remove", "g");
      for (Map.Entry<String, String> each : aria2.entrySet()) {
        Timed other = Timed.script(List.of(), each.getValue());
        Program.deleteAll(out);
        if (round >= 0) {
          theirs.computeIfAbsent(each.getKey(), flags -> new ArrayList<>()).add(other);
        }
      }
      if (round >= 0) {
        ours.add(timed);
      }
    }
    tell("swarm:", ours);
    theirs.forEach((name, rounds) -> tell(name + ":", rounds));
    double best =
        theirs.values().stream()
            .map(Timed::medianSeconds)
            .min(Comparator.naturalOrder())
            .orElseThrow();
    BenchGround.say(
        "verified fetch, time of aria2c's best: "
            + BenchGround.verdict(Timed.medianSeconds(ours) / best, 1, false));
  }

  private static void tell(String what, List<Timed> rounds) {
    double gigabytes = MEGABYTES / 1e3;
    BenchGround.say(
        "%s; %.0f MB/s, %.3f CPU s/GB"
            .formatted(
                BenchGround.all(what, rounds),
                1e3 * gigabytes / Timed.medianSeconds(rounds),
                Timed.medianCpuSeconds(rounds) / gigabytes));
  }

  /// A document with the hashes of the pieces, and these sources.
  static Path metalink(Path manifest, Path folder, List<URI> urls) throws Exception {
    Manifest pieces = Manifest.decode(Files.readAllBytes(manifest));
    Metalink document = Metalink.of(new RelativePath("f"), pieces, Optional.empty(), urls);
    return Files.writeString(folder.resolve("f.meta4"), MetalinkText.write(document));
  }

  static String aria2(Path metalink, Path out, String flags) {
    return "aria2c --no-conf -q --allow-overwrite=true --file-allocation=none %s -d %s -M %s"
        .formatted(flags, out, metalink);
  }
}
