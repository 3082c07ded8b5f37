package dev.ringrift.io.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a made-up `/proc`, in which process 4242 listens on port 8770 (hexadecimal 2242).
class PortHolderTest {
  @TempDir Path proc;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(proc.resolve("net"));
    Files.writeString(
        proc.resolve("net/tcp"),
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode
           0: 0100007F:2242 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 999 1
           1: 0100007F:2243 0100007F:9999 01 00000000:00000000 00:00000000 00000000 0 0 998 1
        """);
    Files.createDirectories(proc.resolve("4242/fd"));
    Files.createSymbolicLink(proc.resolve("4242/fd/7"), Path.of("socket:[999]"));
  }

  private String holder(String... words) throws IOException {
    Files.writeString(proc.resolve("4242/cmdline"), String.join("\0", words) + "\0");
    PortHolder.Holder found = new PortHolder(proc).find(8770).orElseThrow();
    assertThat(found.pid()).isEqualTo(4242);
    return found.command();
  }

  @Test
  void whoeverListensIsNamedAndWhoIsOnlyConnectedIsNot() throws IOException {
    assertThat(holder("nginx", "-g", "daemon off;")).isEqualTo("nginx -g daemon off;");
    assertThat(new PortHolder(proc).find(8771)).isEmpty();
    assertThat(new PortHolder(proc).find(80)).isEmpty();
  }

  @Test
  void ofALongCommandTheLastWordsAreShown() throws IOException {
    assertThat(
            holder(
                "/usr/lib/jvm/some-jdk/bin/java",
                "-Xmx512m",
                "-cp",
                "/lib/some.jar:".repeat(20),
                "dev.ringrift.cli.Main",
                "agent",
                "--data-dir",
                "/root/.ringrift"))
        .isEqualTo("java … dev.ringrift.cli.Main agent --data-dir /root/.ringrift");
  }
}
