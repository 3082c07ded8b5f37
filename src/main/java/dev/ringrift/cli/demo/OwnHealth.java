package dev.ringrift.cli.demo;

import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// What nodes on this machine say of themselves at `/health`, each asked once and taken at its
/// word. A `ClusterClient` is no use here: it asks until it gets a good answer.
///
/// @param addresses `http://127.0.0.1:port` by node
record OwnHealth(Map<String, String> addresses) implements Supplier<Optional<String>> {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

  /// What is wrong, one line for each node; empty when all are well.
  @Override
  public Optional<String> get() {
    List<String> wrong = new ArrayList<>();
    addresses.forEach((node, address) -> ask(node, address).ifPresent(wrong::add));
    return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", wrong));
  }

  private static Optional<String> ask(String node, String address) {
    try {
      HttpURLConnection asked =
          (HttpURLConnection)
              URI.create(address + "/health").toURL().openConnection(Proxy.NO_PROXY);
      asked.setConnectTimeout((int) ANSWER_MAX.toMillis());
      asked.setReadTimeout((int) ANSWER_MAX.toMillis());
      if (asked.getResponseCode() == HttpURLConnection.HTTP_OK) {
        asked.getInputStream().readAllBytes();
        return Optional.empty();
      }
      try (InputStream body = asked.getErrorStream()) {
        return Optional.of("%s: %s".formatted(node, reasons(body.readAllBytes())));
      }
    } catch (IOException e) {
      return Optional.of("%s: %s".formatted(node, e.getMessage()));
    }
  }

  private static String reasons(byte[] body) {
    List<String> reasons = new ArrayList<>();
    for (JsonNode reason : Json.tree(body).path("reasons")) {
      reasons.add(reason.asString(""));
    }
    return String.join(", ", reasons);
  }
}
