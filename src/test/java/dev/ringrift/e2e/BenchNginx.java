package dev.ringrift.e2e;

import dev.ringrift.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// nginx that gives the files of a folder on loopback, as fast as it can: one process a processor,
/// `sendfile`, no log.
final class BenchNginx implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Process process;
  private final int port;

  BenchNginx(Path root, Path state) throws Exception {
    Files.createDirectories(state);
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path config = state.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        user root;
        daemon off;
        worker_processes auto;
        pid %1$s/pid;
        events { worker_connections 4096; }
        http {
          sendfile on;
          tcp_nopush on;
          access_log off;
          keepalive_requests 100000;
          client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s;
          uwsgi_temp_path %1$s; scgi_temp_path %1$s;
          server { listen 127.0.0.1:%2$d reuseport; root %3$s; }
        }
        """
            .formatted(state, port, root));
    process =
        new ProcessBuilder(
                BenchGround.program("nginx"), "-c", config.toString(), "-e", state + "/error.log")
            .inheritIO()
            .start();
    Eventually.holds(SOON, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
  }

  URI uri(String name) {
    return URI.create("http://127.0.0.1:%d/%s".formatted(port, name));
  }

  /// What it has used of a processor since it began.
  double cpuSeconds() throws IOException {
    return Timed.cpuSeconds(process.toHandle());
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
