package dev.ringrift.io.data.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.ringrift.io.data.files.ServedFile;
import dev.ringrift.io.gate.Door;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Readers that do not read cost the others nothing.
@Timeout(120)
class SlowReadersTest {
  private static final int STALLED = 2_000;
  private static final long HEAP_BYTES_MAX = 200L << 20;
  private static final long OPEN_FILES_MIN = 8_000; // both sides are in this process

  @TempDir private Path folder;

  @Test
  void fewOpenFilesAllowFewConnections() {
    assertThat(DataServer.connectionsMax(1_000_000)).isEqualTo(DataServer.CONNECTIONS_MAX);
    assertThat(DataServer.connectionsMax(4_096)).isEqualTo((4_096 - 1_024) / 2);
    assertThat(DataServer.connectionsMax(256)).isEqualTo(64);
  }

  private static void needsOpenFiles() {
    long most =
        ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getMaxFileDescriptorCount();
    if (most < OPEN_FILES_MIN && !System.getProperty("ci", "").equals("true")) {
      Assumptions.abort(
          "this process may have %d files open, and this takes %d: ulimit -n"
              .formatted(most, OPEN_FILES_MIN));
    }
  }

  @Test
  void thousandsOfStalledReadersDelayNobody() throws Exception {
    needsOpenFiles();
    try (ServerRig rig = new ServerRig(folder, 32, 60, Door.DIRECT)) {
      rig.publish("large", new byte[64 << 20]);
      rig.publish("small", new byte[1_000]);
      long before = heap();
      List<Socket> stalled = new ArrayList<>();
      try {
        for (int i = 0; i < STALLED; i++) {
          // Some want several parts, which are sent by another way.
          String range = i % 4 == 0 ? "Range: bytes=0-30000000,40000000-" : "Accept: */*";
          stalled.add(RawClient.send(rig.port, "GET", "/large", range));
        }
        for (Socket each : stalled) {
          assertThat(each.getInputStream().read()).isEqualTo('H');
        }
        long begun = System.nanoTime();
        for (int i = 0; i < 20; i++) {
          assertThat(rig.get("/small").body()).hasSize(1_000);
        }
        assertThat(System.nanoTime() - begun).isLessThan(10_000_000_000L);
        assertThat(heap() - before).isLessThan(HEAP_BYTES_MAX);
      } finally {
        for (Socket each : stalled) {
          each.close();
        }
      }
      assertThat(rig.get("/large").body()).hasSize(64 << 20);
    }
  }

  @Test
  void aReaderThatStandsStillIsLetGo() throws Exception {
    try (ServerRig rig = new ServerRig(folder, 1, 1, Door.DIRECT)) {
      ServedFile file = rig.publish("large", new byte[64 << 20]);
      String path = "/o/%s/data".formatted(file.id());
      try (Socket stalled = RawClient.send(rig.port, "GET", path);
          Socket parts =
              RawClient.send(rig.port, "GET", "/large", "Range: bytes=0-30000000,40000000-");
          Socket silent = new Socket(InetAddress.getLoopbackAddress(), rig.port)) {
        assertThat(stalled.getInputStream().read()).isEqualTo('H');
        silent.setSoTimeout(20_000);
        assertThat(RawClient.ended(silent)).isTrue();
        int status = 503;
        for (int i = 0; i < 10_000 && status == 503; i++) {
          status = rig.get(path, "Range: bytes=0-0").status();
        }
        assertThat(status).isEqualTo(206);
        assertThat(RawClient.ended(parts)).isTrue();
      }
    }
  }

  @Test
  void stalledReadersOfPiecesDoNotKeepThemFromTheOthers() throws Exception {
    UploadSlots slots = DataServer.slots(DataServer.SLOTS, Duration.ofMillis(500));
    try (ServerRig rig = new ServerRig(folder, slots, 60, Door.DIRECT)) {
      ServedFile file = rig.publish("large", new byte[64 << 20]);
      String path = "/o/%s/data".formatted(file.id());
      List<Socket> stalled = new ArrayList<>();
      try {
        for (int i = 0; i < DataServer.SLOTS; i++) {
          stalled.add(RawClient.send(rig.port, "GET", path));
        }
        for (Socket each : stalled) {
          assertThat(each.getInputStream().read()).isEqualTo('H');
        }
        int status = 503;
        for (int i = 0; i < 100_000 && status == 503; i++) {
          status = rig.get(path, "Range: bytes=0-0").status();
        }
        assertThat(status).isEqualTo(206);
      } finally {
        for (Socket each : stalled) {
          each.close();
        }
      }
    }
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
