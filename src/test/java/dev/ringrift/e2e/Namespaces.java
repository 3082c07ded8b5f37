package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringrift.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/// Hosts that are network namespaces on one bridge. The test's own process is on the bridge too,
/// with the address `10.77.0.254`.
final class Namespaces implements AutoCloseable {
  private static final int PACKET_BYTES = 1514;
  private static final int PAYLOAD_BYTES = 1448;
  private static final int BURST_BYTES = 128 << 10;
  private static final int QUEUE_BYTES = 512 << 10;

  /// A name is not used again: what a deleted namespace leaves goes some time later.
  private static final AtomicInteger LINKS = new AtomicInteger();

  private final String mark = Long.toString(ProcessHandle.current().pid() % 100_000, 36);
  private final String bridge = "rrb" + mark;
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final Map<String, String> outers = new LinkedHashMap<>();

  private Namespaces() throws Exception {
    run("ip", "link", "add", bridge, "type", "bridge");
    run("ip", "address", "add", "10.77.0.254/24", "dev", bridge);
    run("ip", "link", "set", bridge, "up");
  }

  /// Makes the bridge, where that is possible; else the test is skipped, or fails under CI.
  static Namespaces make() throws Exception {
    try {
      return new Namespaces();
    } catch (IOException e) {
      if (System.getProperty("ci", "").equals("true")) {
        throw e;
      }
      String why = "no network namespaces here: " + e.getMessage();
      System.out.println("skipped: " + why);
      Assumptions.abort(why);
      throw e;
    }
  }

  /// Adds a host with an address on the bridge.
  void host(String name, String address) throws Exception {
    namespace(name);
    String outer = "rrv%s-%d".formatted(mark, LINKS.getAndIncrement());
    run("ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", space(name));
    run("ip", "link", "set", outer, "master", bridge, "up");
    in(name, "ip", "address", "add", address + "/24", "dev", "eth0");
    in(name, "ip", "link", "set", "eth0", "up");
    addresses.put(name, address);
    outers.put(name, outer);
  }

  /// Lets a host send, and receive, only so many bytes a second of what its programs send and
  /// receive, from now on; the heads of packets are not counted.
  void limit(String name, double bytesPerSecond) throws Exception {
    String[] up = shaping("eth0", bytesPerSecond);
    in(name, up);
    run(shaping(outers.getOrDefault(name, ""), bytesPerSecond));
  }

  private static String[] shaping(String device, double bytesPerSecond) {
    long bits = Math.round(bytesPerSecond * 8 * PACKET_BYTES / PAYLOAD_BYTES);
    return "tc qdisc replace dev %s root tbf rate %dbit burst %d limit %d"
        .formatted(device, bits, BURST_BYTES, QUEUE_BYTES)
        .split(" ", -1);
  }

  /// Adds a host that reaches only `other`, by a wire between them.
  void behind(String name, String address, String other, String otherAddress) throws Exception {
    namespace(name);
    run(
        "ip",
        "link",
        "add",
        "wire0",
        "netns",
        space(other),
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        space(name));
    in(other, "ip", "address", "add", otherAddress + "/24", "dev", "wire0");
    in(other, "ip", "link", "set", "wire0", "up");
    in(name, "ip", "address", "add", address + "/24", "dev", "eth0");
    in(name, "ip", "link", "set", "eth0", "up");
    addresses.put(name, address);
  }

  private void namespace(String name) throws Exception {
    run("ip", "netns", "add", space(name));
    addresses.put(name, "");
    in(name, "ip", "link", "set", "lo", "up");
  }

  /// Lets a host know a name that no other host knows.
  void knows(String host, String name, String address) throws IOException {
    Path folder = Files.createDirectories(Path.of("/etc/netns", space(host)));
    Files.writeString(
        folder.resolve("hosts"), "127.0.0.1 localhost\n%s %s\n".formatted(address, name));
  }

  String address(String name) {
    return addresses.getOrDefault(name, "");
  }

  /// The words that run a program on a host.
  List<String> words(String name) {
    return List.of("ip", "netns", "exec", space(name));
  }

  /// Drops all that a host sends to other hosts, and what they send to it; not this process's.
  void cutOff(String name) throws Exception {
    in(name, "nft", "add table inet cut");
    in(name, "nft", "add chain inet cut in { type filter hook input priority 0; }");
    in(name, "nft", "add chain inet cut out { type filter hook output priority 0; }");
    for (Map.Entry<String, String> other : addresses.entrySet()) {
      if (!other.getKey().equals(name)) {
        in(name, "nft", "add rule inet cut in ip saddr " + other.getValue() + " drop");
        in(name, "nft", "add rule inet cut out ip daddr " + other.getValue() + " drop");
      }
    }
  }

  void heal(String name) throws Exception {
    in(name, "nft", "delete table inet cut");
  }

  private void in(String name, String... words) throws Exception {
    List<String> all = new ArrayList<>(words(name));
    all.addAll(Arrays.asList(words));
    run(all.toArray(String[]::new));
  }

  private String space(String name) {
    return "rr" + mark + "-" + name;
  }

  private static void run(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", words) + ": " + said);
    }
  }

  @Override
  public void close() {
    Eventually.closing(this::end);
  }

  private void end() throws Exception {
    for (String name : addresses.keySet()) {
      run("ip", "netns", "delete", space(name));
      Path folder = Path.of("/etc/netns", space(name));
      if (Files.exists(folder)) {
        Program.deleteAll(folder);
      }
    }
    run("ip", "link", "delete", bridge);
  }
}
