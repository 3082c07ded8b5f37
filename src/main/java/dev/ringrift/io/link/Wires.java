package dev.ringrift.io.link;

import io.netty.handler.proxy.ProxyConnectException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Opens WebSockets to other agents, through the proxy where one is set.
final class Wires {
  private static final int CONNECTIONS_MAX = 1024;

  private final Vertx vertx;
  private final WebSocketClient client;
  private final LinkSettings settings;

  Wires(Vertx vertx, LinkSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    int millis = (int) settings.connectMax().toMillis();
    this.client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxConnections(CONNECTIONS_MAX)
                .setConnectTimeout(millis)
                .setTcpNoDelay(true)
                .setMaxFrameSize(Frame.PAYLOAD_BYTES_MAX)
                .setMaxMessageSize(Frame.PAYLOAD_BYTES_MAX));
  }

  /// The event loop that this is called on.
  static Context currentLoop() {
    Context loop = Vertx.currentContext();
    if (loop == null) {
      throw new IllegalStateException("not on the event loop of a WebSocket");
    }
    return loop;
  }

  /// Connects, and calls one of both: `connected` on the socket's event loop.
  void dial(
      LinkAddress address, BiConsumer<WebSocketBase, Context> connected, Consumer<String> failed) {
    Optional<SocksProxy> proxy = address.loopback() ? Optional.empty() : settings.proxy();
    WebSocketConnectOptions options = options(address, proxy);
    Context loop = vertx.getOrCreateContext();
    loop.runOnContext(
        now -> {
          try {
            client
                .connect(options)
                .onComplete(
                    socket -> connected.accept(socket, loop),
                    failure -> failed.accept(reason(failure, proxy)));
          } catch (IllegalStateException e) {
            failed.accept("this node stops"); // the client is closed
          }
        });
  }

  void close() {
    client.close();
  }

  private WebSocketConnectOptions options(LinkAddress address, Optional<SocksProxy> proxy) {
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    options.setHost(address.host());
    options.setPort(address.port());
    options.setURI(LinkAddress.PATH);
    options.setSsl(address.secure());
    // A front may hand on another `Host`, and the agent takes what differs from it for a web site.
    options.setAllowOriginHeader(false);
    options.setConnectTimeout(settings.connectMax().toMillis());
    options.setTimeout(settings.connectMax().toMillis());
    if (address.secure()) {
      // Not checked: the TLS inside proves both nodes, and without `wss` there is no other at all.
      // A check would only keep out fronts whose certificate no public authority has signed.
      options.setSslOptions(
          new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm(""));
    }
    proxy.ifPresent(socks -> options.setProxyOptions(socks.options()));
    return options;
  }

  private static String reason(Throwable failure, Optional<SocksProxy> proxy) {
    if (failure instanceof UpgradeRejectedException rejected) {
      return "what answers there is no agent (HTTP status %d)".formatted(rejected.getStatus());
    }
    if (proxy.isPresent()) {
      String socks = "the SOCKS5 proxy " + proxy.get();
      return switch (failure) {
        case ProxyConnectException refused ->
            "%s could not connect: %s".formatted(socks, refused.getMessage());
        case UnknownHostException unknown -> socks + " has a name that is not known";
        case ConnectException refused -> socks + " cannot be reached: " + refused.getMessage();
        default -> "through %s: %s".formatted(socks, failure.getMessage());
      };
    }
    return switch (failure) {
      case UnknownHostException unknown -> "the name is not known";
      case ConnectException refused -> "the connection was refused or got no answer";
      default -> String.valueOf(failure.getMessage());
    };
  }
}
