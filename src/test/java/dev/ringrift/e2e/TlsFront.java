package dev.ringrift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A real nginx that ends TLS with a certificate of its own making and hands WebSockets on to an
/// agent, as a company's front does.
final class TlsFront implements AutoCloseable {
  private static final List<String> PLACES = List.of("/usr/sbin/nginx", "/usr/bin/nginx");
  private static final String PASSWORD = "password";

  private final Path folder;
  private final Process process;

  private TlsFront(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /// Starts one before `agentPort`; without nginx the test is skipped, or fails under CI.
  static TlsFront start(Path folder, int port, int agentPort) throws Exception {
    String nginx =
        PLACES.stream().filter(p -> Files.isExecutable(Path.of(p))).findFirst().orElse("");
    if (nginx.isEmpty()) {
      assertThat(System.getProperty("ci", "")).as("no nginx here").isNotEqualTo("true");
      Assumptions.abort("no nginx here");
    }
    Files.createDirectories(folder);
    certify(folder);
    Path config = folder.resolve("nginx.conf");
    Files.writeString(config, config(folder, port, agentPort));
    Process process =
        new ProcessBuilder(nginx, "-c", config.toString(), "-e", folder + "/error.log")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    Eventually.holds(
        Duration.ofSeconds(10),
        () -> {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(socket.isConnected()).isTrue();
          }
        });
    return new TlsFront(folder, process);
  }

  private static String config(Path folder, int port, int agentPort) {
    return """
        daemon off;
        master_process off;
        pid FOLDER/pid;
        events {}
        http {
          access_log FOLDER/access.log;
          client_body_temp_path FOLDER/body;
          proxy_temp_path FOLDER/proxy;
          fastcgi_temp_path FOLDER/fastcgi;
          uwsgi_temp_path FOLDER/uwsgi;
          scgi_temp_path FOLDER/scgi;
          server {
            listen 127.0.0.1:PORT ssl;
            ssl_certificate FOLDER/cert.pem;
            ssl_certificate_key FOLDER/key.pem;
            location / {
              proxy_pass http://127.0.0.1:AGENT;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection upgrade;
            }
          }
        }
        """
        .replace("FOLDER", folder.toString())
        .replace("PORT", "" + port)
        .replace("AGENT", "" + agentPort);
  }

  private static void certify(Path folder) throws Exception {
    Path store = folder.resolve("front.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "front",
                "-keyalg",
                "EC",
                "-dname",
                "CN=front.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool").toFile())
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Key key = keys.getKey("front", PASSWORD.toCharArray());
    pem(folder.resolve("key.pem"), "PRIVATE KEY", key.getEncoded());
    pem(folder.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("front").getEncoded());
  }

  private static void pem(Path file, String what, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, text, what));
  }

  /// The requests that it has handed on to their end.
  String handedOn() throws IOException {
    return Files.readString(folder.resolve("access.log"), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
