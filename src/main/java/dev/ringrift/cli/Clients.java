package dev.ringrift.cli;

import dev.ringrift.cli.trust.NodeName;
import dev.ringrift.cli.trust.OperatorFolder;
import dev.ringrift.io.config.Settings;
import dev.ringrift.io.link.LinkSettings;
import dev.ringrift.io.link.SocksProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Finds the ways to a cluster: questions go over loopback HTTP where an agent is on this machine,
/// what changes something over a link in the operator's name.
final class Clients {
  private Clients() {}

  static ClusterClient connect(
      Settings.Cluster cluster, Map<String, String> environment, Consumer<Duration> pause) {
    List<Way> http = new ArrayList<>();
    cluster.http().forEach(address -> http.add(new HttpWay(address, proxy(environment))));
    List<Way> links = new ArrayList<>();
    if (!cluster.credentials().isEmpty()) {
      List<String> voters = cluster.voters().values().stream().flatMap(List::stream).toList();
      OperatorFolder operator = new OperatorFolder(Path.of(cluster.credentials()));
      links.add(new LinkWay(voters, operator.session(), person(), settings(environment)));
    }
    List<Way> reads = new ArrayList<>(http);
    reads.addAll(links);
    return new ApiClient(
        cluster.name(), reads, links.isEmpty() ? http : links, pause, ApiClient.PATIENCE);
  }

  /// Who gives the command, as `user@host`.
  private static String person() {
    return "%s@%s".formatted(System.getProperty("user.name"), NodeName.ofHost());
  }

  private static LinkSettings settings(Map<String, String> environment) {
    return proxy(environment).map(LinkSettings.STANDARD::through).orElse(LinkSettings.STANDARD);
  }

  private static Optional<SocksProxy> proxy(Map<String, String> environment) {
    return Optional.of(environment.getOrDefault("RINGRIFT_SOCKS_PROXY", ""))
        .filter(text -> !text.isBlank())
        .map(SocksProxy::parse);
  }
}
