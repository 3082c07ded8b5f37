package dev.ringrift.io.data.swarm;

import dev.ringrift.core.data.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The sources of a kill campaign: one honest server, and some that do each request in a way that
/// is drawn from the seed. Thread-safe.
final class KillYard implements AutoCloseable {
  static final int EVIL = 5;
  private static final int PIECE = 512 << 10;

  /// One content that is fetched.
  static final class Subject {
    private final String key;
    private final byte[] content;
    private final Manifest manifest;

    Subject(String key, Random random) {
      this.key = key;
      content = new byte[2 * PIECE + random.nextInt(12 * PIECE)];
      random.nextBytes(content);
      manifest = SwarmEngineTest.manifest(content, PIECE);
    }

    String key() {
      return key;
    }

    byte[] content() {
      return content;
    }

    Manifest manifest() {
      return manifest;
    }
  }

  private final long seed;
  private final OddServer honest;
  private final List<OddServer> evil = new ArrayList<>();
  private final Map<String, Subject> subjects = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> requests = new ConcurrentHashMap<>();
  private final Map<Mischief, AtomicLong> done = new EnumMap<>(Mischief.class);

  KillYard(long seed) throws IOException {
    this.seed = seed;
    for (Mischief each : Mischief.values()) {
      done.put(each, new AtomicLong());
    }
    honest = new OddServer((asked, out) -> answer(-1, asked, out));
    for (int i = 0; i < EVIL; i++) {
      int number = i;
      evil.add(new OddServer((asked, out) -> answer(number, asked, out)));
    }
  }

  /// From now on it is given under its key, and nothing else.
  void give(Subject subject) {
    subjects.put(subject.key(), subject);
  }

  /// How often something of a key was asked for.
  long requests(String key) {
    return requests.computeIfAbsent(key, _ -> new AtomicLong()).get();
  }

  /// @param source -1 for the honest one
  URI url(int source, String key) {
    return server(source).uri("/f/" + key);
  }

  /// Every other bad one is said to have all, and has not.
  String peer(int source, String key) {
    return (source % 2 == 0 ? "peer:" : "holder:") + server(source).uri("/p/" + key);
  }

  String mischiefs() {
    return done.toString();
  }

  String honestLabel() {
    return "127.0.0.1:" + honest.port();
  }

  private OddServer server(int source) {
    return source < 0 ? honest : evil.get(source);
  }

  private void answer(int source, OddServer.Asked asked, OutputStream out)
      throws IOException, InterruptedException {
    String key = asked.path().split("/", 4)[2];
    requests.computeIfAbsent(key, _ -> new AtomicLong()).incrementAndGet();
    Subject subject = subjects.get(key);
    Random random = new Random(seed * 31 + source * 1_000_003L + asked.number());
    random.nextInt(); // the first ones of neighbouring seeds are alike
    OddServer server = server(source);
    if (asked.path().contains("/have")) {
      if (source >= 0) {
        Mischief.have(random, subject.manifest().pieceCount(), out);
      } else {
        all(server, asked, subject, out);
      }
      return;
    }
    Mischief[] kinds = Mischief.values();
    Mischief kind =
        source < 0 || random.nextInt(3) == 0
            ? Mischief.HONEST
            : kinds[random.nextInt(kinds.length)];
    done.get(kind).incrementAndGet();
    kind.answer(new Mischief.Scene(server, asked, subject, url(-1, key), random), out);
  }

  private static void all(
      OddServer server, OddServer.Asked asked, Subject subject, OutputStream out)
      throws IOException, InterruptedException {
    if (asked.path().contains("wait=")) {
      server.hang();
    }
    Mischief.haveAll(subject.manifest().pieceCount(), out);
  }

  @Override
  public void close() throws IOException {
    honest.close();
    for (OddServer each : evil) {
      each.close();
    }
  }
}
