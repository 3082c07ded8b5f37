package dev.ringrift.io.gate;

import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Caller;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Tells who sends a request.
///
/// A browser on this machine can be made to send requests here by any web site: by a form, or by a
/// name of the site's own that resolves to 127.0.0.1. So an address is believed only when `Host` is
/// a name of this machine and `Origin`, if there is one, is the same.
public final class Gate {
  private final Set<String> ownNames;
  private final TokenCheck tokens;

  /// @param ownNames host names under which people reach this node, beside addresses and
  ///     `localhost`
  /// @param tokens tells who holds a token
  public Gate(Set<String> ownNames, TokenCheck tokens) {
    this.ownNames =
        Set.copyOf(ownNames.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
    this.tokens = tokens;
  }

  /// What a request says of its sender.
  ///
  /// @param remote the IP address it came from
  public record Sender(
      Door door,
      String remote,
      Optional<String> host,
      Optional<String> origin,
      Optional<String> authorization) {
    /// As a request says it.
    public static Sender of(HttpServerRequest request, Door door) {
      return new Sender(
          door,
          String.valueOf(request.remoteAddress().hostAddress()),
          Optional.ofNullable(request.getHeader("Host")),
          Optional.ofNullable(request.getHeader("Origin")),
          Optional.ofNullable(request.getHeader("Authorization")));
    }
  }

  /// The caller as its address makes it known, without a look at any token. Never blocks.
  ///
  /// @throws Barred when a browser was tricked into asking
  public Caller byAddress(Sender sender) {
    String remote = sender.remote();
    if (sender.door() == Door.TUNNEL) {
      return Caller.stranger(remote);
    }
    boolean loopback = Addresses.loopback(remote);
    if (!loopback && !Addresses.tailnet(remote)) {
      return Caller.stranger(remote);
    }
    refuseTricked(sender);
    return loopback ? Caller.loopback(remote) : Caller.tailnet(remote);
  }

  /// The caller by its token where it shows one, else by its address. May block.
  ///
  /// @param worker whether this node is a worker: it must not be shown a strong token
  /// @throws Barred when the token is refused
  public Caller admit(Sender sender, boolean worker) {
    Optional<String> header = sender.authorization();
    if (header.isEmpty()) {
      return byAddress(sender);
    }
    String[] words = header.get().strip().split("\\s+", 2);
    if (words.length != 2 || !words[0].equalsIgnoreCase("bearer")) {
      throw refused("the Authorization header is not understood", "", "send 'Bearer TOKEN'");
    }
    if (sender.door() == Door.DIRECT && Addresses.isPublic(sender.remote())) {
      throw new Barred(
          403,
          new UserError(
              "no token is accepted in clear over a public address",
              "it came unencrypted from %s and others may have read it".formatted(sender.remote()),
              "revoke that token; use a link, the tailnet or a tunnel"));
    }
    Caller caller;
    try {
      caller = tokens.check(words[1]);
    } catch (UserError e) {
      throw new Barred(401, e);
    }
    if (worker && caller.maySubmit()) {
      throw new Barred(
          403,
          new UserError(
              "a worker accepts tokens with the scope 'read' only",
              "this one may change things, and a worker may be anybody's machine",
              "show it to voters only; if you do not trust this machine, revoke it"));
    }
    return caller;
  }

  private void refuseTricked(Sender sender) {
    String host = sender.host().orElse("");
    if (!ownHost(Addresses.hostOf(host))) {
      throw new Barred(
          403,
          new UserError(
              "the host '%s' is not this node".formatted(host),
              "a web site may have sent this request",
              "ask by localhost or by the node's address"));
    }
    if (sender.origin().filter(origin -> !sameSite(origin, host)).isPresent()) {
      throw new Barred(
          403,
          new UserError(
              "the web site %s may not ask this node".formatted(sender.origin().orElse("")),
              "",
              ""));
    }
  }

  /// Whether an `Origin` header names the host that was asked.
  public static boolean sameSite(String origin, String host) {
    return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
  }

  private boolean ownHost(String host) {
    return host.equals("localhost") || Addresses.literal(host) || ownNames.contains(host);
  }

  private static Barred refused(String what, String because, String mend) {
    return new Barred(401, new UserError(what, because, mend));
  }
}
