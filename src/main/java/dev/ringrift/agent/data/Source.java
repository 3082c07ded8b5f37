package dev.ringrift.agent.data;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// From where bytes can be fetched over HTTP.
public sealed interface Source {
  /// The name of it for people.
  String label();

  /// Sent with each request.
  Map<String, String> headers();

  /// A URL that gives the whole file, from any server, with or without ranges.
  record Url(URI url, Map<String, String> headers) implements Source {
    public Url {
      check(url);
      headers = Map.copyOf(headers);
    }

    @Override
    public String label() {
      return url.getAuthority();
    }
  }

  /// A data server of ours, complete or still fetching: it also tells which pieces it has.
  ///
  /// @param base `http://host:port`
  /// @param label the node's name
  /// @param complete whether it is said to have all: then it is asked for bytes before it has told
  /// @param shown asked for the headers of each request: what a node shows to another one is good
  ///     for a short time, and a fetch may take long
  record Peer(URI base, String label, boolean complete, Supplier<Map<String, String>> shown)
      implements Source {
    public Peer {
      check(base);
    }

    /// With headers that are always good.
    public Peer(URI base, String label, boolean complete, Map<String, String> headers) {
      this(base, label, complete, new Always(Map.copyOf(headers)));
    }

    @Override
    public Map<String, String> headers() {
      return Map.copyOf(shown.get());
    }
  }

  /// Headers that are always good.
  record Always(Map<String, String> get) implements Supplier<Map<String, String>> {}

  private static void check(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          "'%s' is no source: use http://HOST[:PORT]/PATH".formatted(uri));
    }
  }
}
