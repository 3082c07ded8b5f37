package dev.ringrift.data;

import dev.ringrift.agent.data.Proxies;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// How files are fetched. Immutable; `builder()` begins with what is usual.
///
/// @param connectionsPerServer most connections to one source, 1 to 16
/// @param split how many parts of a file are fetched at once for each of its sources, by `aria2c`;
///     `swarm` finds its number by itself
/// @param minSplitSize no part of `aria2c`'s is smaller: a number of bytes, or with `K`, `M` or `G`
/// @param maxConcurrentDownloads files at a time
/// @param timeout without a byte, after which a connection is given up
/// @param retryWait before `aria2c` tries a source again; `swarm` waits from 1 s, and then twice as
///     long each time
/// @param maxTries of one source by `aria2c`; `swarm` gives one up after six failures in a row
/// @param verifyChecksum whether a file without any hash is an error rather than trusted
/// @param proxy `socks5://host:port` or `http://host:port`
/// @param headers sent with each request to the sources that were named
/// @param hashCache a folder in which is remembered what is in files, so that a sync need not read
///     again what is there
public record Aria2Config(
    int connectionsPerServer,
    int split,
    String minSplitSize,
    int maxConcurrentDownloads,
    Duration connectTimeout,
    Duration timeout,
    Duration retryWait,
    int maxTries,
    boolean verifyChecksum,
    Engine engine,
    Optional<URI> proxy,
    Map<String, String> headers,
    Optional<Path> hashCache) {
  private static final int CONNECTIONS_MAX = 16;
  private static final int DOWNLOADS_MAX = 64;

  public Aria2Config {
    check("connectionsPerServer", connectionsPerServer, 1, CONNECTIONS_MAX);
    check("split", split, 1, 1_024);
    check("maxConcurrentDownloads", maxConcurrentDownloads, 1, DOWNLOADS_MAX);
    check("connectTimeout in seconds", connectTimeout.toSeconds(), 1, 600);
    check("timeout in seconds", timeout.toSeconds(), 1, 600);
    check("retryWait in seconds", retryWait.toSeconds(), 0, 600);
    check("maxTries", maxTries, 1, 1_000);
    check("minSplitSize in bytes", bytes(minSplitSize), 1 << 20, 1 << 30);
    Objects.requireNonNull(engine);
    headers = Map.copyOf(headers);
    proxies(proxy);
  }

  /// Who fetches.
  public enum Engine {
    /// The one that needs nothing installed.
    AUTO,
    /// RingRift's own, which also takes pieces from sources that are still fetching.
    SWARM,
    /// `aria2c`, which has to be installed.
    ARIA2
  }

  /// What is usual: 16 connections a source, 5 files at a time, everything verified.
  public static Builder builder() {
    return new Builder();
  }

  long minSplitSizeBytes() {
    return bytes(minSplitSize);
  }

  Proxies proxies() {
    return proxies(proxy);
  }

  private static Proxies proxies(Optional<URI> proxy) {
    boolean http = proxy.filter(uri -> "http".equals(uri.getScheme())).isPresent();
    return new Proxies(http ? Optional.empty() : proxy, http ? proxy : Optional.empty());
  }

  private static long bytes(String size) {
    String text = size.strip().toUpperCase(Locale.ROOT);
    if (!text.matches("[0-9]{1,12}[KMG]?")) {
      throw new IllegalArgumentException("'%s' is no size: write 1M or 1048576".formatted(size));
    }
    String digits = text.replaceAll("[KMG]", "");
    int shift =
        switch (text.charAt(text.length() - 1)) {
          case 'K' -> 10;
          case 'M' -> 20;
          case 'G' -> 30;
          default -> 0;
        };
    return Long.parseLong(digits) << shift;
  }

  private static void check(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException("%s is %d: use %d to %d".formatted(what, value, min, max));
    }
  }

  /// Makes a config. Not thread-safe.
  public static final class Builder {
    private int connectionsPerServer = 16;
    private int split = 16;
    private String minSplitSize = "1M";
    private int maxConcurrentDownloads = 5;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofMinutes(5);
    private Duration retryWait = Duration.ofSeconds(3);
    private int maxTries = 5;
    private boolean verifyChecksum = true;
    private Engine engine = Engine.AUTO;
    private Optional<URI> proxy = Optional.empty();
    private Map<String, String> headers = Map.of();
    private Optional<Path> hashCache = Optional.empty();

    private Builder() {}

    public Builder connectionsPerServer(int number) {
      connectionsPerServer = number;
      return this;
    }

    public Builder split(int parts) {
      split = parts;
      return this;
    }

    public Builder minSplitSize(String size) {
      minSplitSize = size;
      return this;
    }

    public Builder maxConcurrentDownloads(int number) {
      maxConcurrentDownloads = number;
      return this;
    }

    public Builder connectTimeout(Duration duration) {
      connectTimeout = duration;
      return this;
    }

    public Builder timeout(Duration duration) {
      timeout = duration;
      return this;
    }

    public Builder retryWait(Duration duration) {
      retryWait = duration;
      return this;
    }

    public Builder maxTries(int number) {
      maxTries = number;
      return this;
    }

    public Builder verifyChecksum(boolean wanted) {
      verifyChecksum = wanted;
      return this;
    }

    public Builder engine(Engine who) {
      engine = who;
      return this;
    }

    /// @param uri `socks5://host:port` or `http://host:port`
    public Builder proxy(URI uri) {
      proxy = Optional.of(uri);
      return this;
    }

    /// @param all sent to the sources that are named, for example `Authorization`
    public Builder headers(Map<String, String> all) {
      headers = all;
      return this;
    }

    /// @param folder made when it is needed; many may use it at a time
    public Builder hashCache(Path folder) {
      hashCache = Optional.of(folder);
      return this;
    }

    /// @throws IllegalArgumentException when a value is out of range
    public Aria2Config build() {
      return new Aria2Config(
          connectionsPerServer,
          split,
          minSplitSize,
          maxConcurrentDownloads,
          connectTimeout,
          timeout,
          retryWait,
          maxTries,
          verifyChecksum,
          engine,
          proxy,
          headers,
          hashCache);
    }
  }
}
