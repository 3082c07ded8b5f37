package dev.ringrift.cli;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.api.ApiCall;
import dev.ringrift.io.api.ApiOverLinks;
import dev.ringrift.io.api.ApiReply;
import dev.ringrift.io.clock.SystemClock;
import dev.ringrift.io.link.LinkSettings;
import dev.ringrift.io.link.LinkTransport;
import dev.ringrift.io.trust.NodeIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Asks a voter over a link, in the operator's name: what changes something needs that.
final class LinkWay implements Way {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(40);

  private final List<String> addresses;
  private final NodeIdentity identity;
  private final String person;
  private final LinkSettings settings;
  private final Clock clock = new SystemClock();
  private @Nullable Vertx vertx;
  private @Nullable LinkTransport transport;
  private Transport.@Nullable Peer voter;

  /// @param addresses of voters, all tried
  /// @param person who gives the command, for records
  LinkWay(List<String> addresses, NodeIdentity identity, String person, LinkSettings settings) {
    this.addresses = List.copyOf(addresses);
    this.identity = identity;
    this.person = person;
    this.settings = settings;
  }

  @Override
  public Answer ask(Question question) throws Closed {
    LinkTransport links = transport();
    Transport.Peer peer = voter(links);
    Caller me = Caller.link(person, Role.OPERATOR);
    ApiCall call =
        new ApiCall(question.method(), question.path(), question.query(), question.body(), me, 0);
    try {
      ApiReply reply = ApiOverLinks.ask(links, peer.node(), call, ANSWER_MAX);
      return new Answer(reply.status(), reply.body());
    } catch (Transport.TransportException e) {
      voter = null;
      throw new Closed("voter %s: %s".formatted(peer.node(), e.getMessage()), true);
    }
  }

  private Transport.Peer voter(LinkTransport links) throws Closed {
    Transport.Peer known = voter;
    if (known != null && links.connected().contains(known.node())) {
      return known;
    }
    try {
      Transport.Peer found = links.connect(addresses, CONNECT_MAX).join();
      voter = found;
      return found;
    } catch (CompletionException e) {
      String reason =
          e.getCause() instanceof UserError known2
              ? known2.because()
              : String.valueOf(e.getCause());
      throw new Closed(reason, false);
    }
  }

  private LinkTransport transport() {
    LinkTransport open = transport;
    if (open == null) {
      Vertx fresh = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
      open = new LinkTransport(fresh, identity, clock, settings);
      vertx = fresh;
      transport = open;
    }
    return open;
  }

  @Override
  public boolean local() {
    return false;
  }

  @Override
  public void close() {
    if (transport != null && vertx != null) {
      transport.close();
      vertx.close();
    }
  }
}
