package dev.ringrift.io.data.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.io.data.TestFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One folder into which a program fetches files from bad sources, is killed, and begins again.
///
/// What is under a final name has to be a content that was asked for under it, whole; nothing else
/// may be visible. Between kills versions change, and what half files say is damaged now and then.
final class KillLane {
  private static final int KILL_MILLIS_MAX = 2_500;
  private static final long START_SECONDS = 120;
  private static final long END_SECONDS = 180;

  /// How a file is fetched.
  private enum How {
    PIECES_FROM_URLS("f0"),
    WHOLE("f1"),
    PIECES_FROM_PEERS("f2");

    final String file;

    How(String file) {
      this.file = file;
    }
  }

  /// What is wanted under one name.
  private final class Slot {
    final How how;
    final String key;
    final Path target;
    KillYard.Subject wanted;
    byte[] before = new byte[0];
    boolean there;

    Slot(How how) {
      this.how = how;
      this.key = "%s-%s".formatted(folder.getFileName(), how.file);
      this.target = folder.resolve(how.file);
      this.wanted = renew();
    }

    KillYard.Subject renew() {
      wanted = new KillYard.Subject(key, random);
      yard.give(wanted);
      return wanted;
    }
  }

  private final Path folder;
  private final KillYard yard;
  private final String engine;
  private final Random random;
  private final List<Slot> slots = new ArrayList<>();
  private int kills;
  private int finished;
  private int resumed;

  KillLane(Path folder, KillYard yard, String engine, long seed) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.yard = yard;
    this.engine = engine;
    this.random = new Random(seed);
    slots.add(new Slot(How.PIECES_FROM_URLS));
    slots.add(new Slot(How.WHOLE));
    if (engine.equals("swarm")) {
      slots.add(new Slot(How.PIECES_FROM_PEERS));
    }
  }

  /// How often the program was killed while it ran.
  int kills() {
    return kills;
  }

  /// Whether its program uses `aria2c`.
  boolean aria2() {
    return engine.equals("aria2");
  }

  /// How many files were whole.
  int finished() {
    return finished;
  }

  /// How many fetches began with pieces of a killed one.
  int resumed() {
    return resumed;
  }

  /// Starts the program, kills it at some moment, and looks at what it left.
  void round() throws Exception {
    for (Slot slot : slots) {
      prepare(slot);
    }
    long before = asked();
    Process process = start(plan(false));
    try {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
      while (asked() == before && !process.waitFor(1, TimeUnit.MILLISECONDS)) {
        assertThat(System.nanoTime()).as("the program asks for something").isLessThan(until);
      }
      awaitMoment(process);
    } finally {
      if (process.isAlive()) {
        kills++;
      }
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    look();
  }

  /// Lets the program run to its end with an honest source for each file.
  void finish() throws Exception {
    Process process = start(plan(true));
    boolean ended = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    assertThat(ended).as("the last fetches end").isTrue();
    look();
    assertThat(slots).as("all is there in the end: " + said()).allMatch(each -> each.there);
  }

  private void awaitMoment(Process process) throws Exception {
    if (random.nextInt(4) > 0) {
      process.waitFor(random.nextInt(KILL_MILLIS_MAX), TimeUnit.MILLISECONDS);
      return;
    }
    // The moments about the name: when the newest file changes.
    List<FileTime> old = times();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(KILL_MILLIS_MAX);
    while (times().equals(old) && process.isAlive() && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    process.waitFor(random.nextInt(5), TimeUnit.MILLISECONDS);
  }

  private List<FileTime> times() throws IOException {
    List<FileTime> times = new ArrayList<>();
    for (Slot slot : slots) {
      times.add(
          Files.exists(slot.target)
              ? Files.getLastModifiedTime(slot.target)
              : FileTime.fromMillis(0));
    }
    return times;
  }

  private long asked() {
    return slots.stream().mapToLong(each -> yard.requests(each.key)).sum();
  }

  private void prepare(Slot slot) throws IOException {
    if (slot.there || random.nextInt(12) == 0) {
      slot.before = slot.there ? slot.wanted.content() : slot.before;
      slot.there = false;
      if (random.nextBoolean()) {
        Files.deleteIfExists(slot.target);
      }
      slot.renew();
    }
    Path list = PartFile.journalFor(slot.target);
    if (Files.exists(list) && Files.size(list) > 32) {
      resumed++;
    }
    if (random.nextInt(8) == 0) {
      damage(random.nextBoolean() ? list : PartFile.pathFor(slot.target));
    }
  }

  /// As a power cut or a bad disk may leave it.
  private void damage(Path file) throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return;
    }
    try (RandomAccessFile half = new RandomAccessFile(file.toFile(), "rw")) {
      long at = random.nextLong(half.length());
      switch (random.nextInt(3)) {
        case 0 -> half.setLength(at);
        case 1 -> {
          half.seek(at);
          half.write(random.nextInt(256));
        }
        default -> {
          half.seek(half.length());
          half.write(new byte[random.nextInt(1, 40)]);
        }
      }
    }
  }

  private Path plan(boolean last) throws IOException {
    StringBuilder plan = new StringBuilder();
    for (Slot slot : slots) {
      plan.append(slot.target).append(' ');
      Path manifest = folder.resolve(".manifest-" + slot.key);
      Files.write(manifest, slot.wanted.manifest().encoded());
      plan.append(
          slot.how == How.WHOLE
              ? "sha256:" + TestFiles.sha256(slot.wanted.content())
              : "manifest:" + manifest);
      // With one hash for the whole a source with wrong bytes spoils it, so some have none.
      boolean alone = slot.how == How.WHOLE && (last || random.nextBoolean());
      for (int source = -1; source < KillYard.EVIL; source++) {
        if (source < 0 || (!alone && random.nextBoolean())) {
          plan.append(' ').append(address(slot, source));
        }
      }
      plan.append('\n');
    }
    return Files.writeString(folder.resolve(".plan"), plan);
  }

  private String address(Slot slot, int source) {
    return slot.how == How.PIECES_FROM_PEERS
        ? yard.peer(source, slot.key)
        : yard.url(source, slot.key).toString();
  }

  private Process start(Path plan) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            FetchesProgram.class.getName(),
            folder.toString(),
            engine,
            plan.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(".said").toFile())
        .start();
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve(".said"));
  }

  private void look() throws IOException {
    for (Slot slot : slots) {
      if (Files.exists(slot.target)) {
        byte[] found = Files.readAllBytes(slot.target);
        slot.there = Arrays.equals(found, slot.wanted.content());
        if (slot.there) {
          finished++;
        } else {
          assertThat(Arrays.equals(found, slot.before))
              .as("%s has %d bytes that nobody asked for", slot.target, found.length)
              .isTrue();
        }
      }
    }
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(each -> String.valueOf(each.getFileName())))
          .allMatch(each -> each.startsWith(".") || each.matches("f\\d"));
    }
    assertThat(said()).as("whom it blames").doesNotContain("bad " + yard.honestLabel());
  }
}
