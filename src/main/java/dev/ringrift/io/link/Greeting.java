package dev.ringrift.io.link;

import dev.ringrift.agent.port.Transport.Peer;
import dev.ringrift.core.trust.Hello;
import dev.ringrift.core.trust.Identity;
import dev.ringrift.core.trust.Verdict;
import dev.ringrift.io.json.Json;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the two ends of a link come to trust each other: each shows in a hello who it is, judges
/// the other's, and says welcome. The link is open once both have. On an open link each may show a
/// newer credential, and looks now and then whether the other's is still good.
///
/// ```
/// hello sent and received ──► welcome sent and received ──► open (or enrolling)
/// ```
/// Belongs to the event loop of its link; who is on the other side may be read from anywhere.
final class Greeting {
  private static final Logger log = LoggerFactory.getLogger(Greeting.class);

  /// What a greeting leads to.
  interface Course {
    void say(Frame.Kind kind, byte[] payload);

    /// Whether the link may open, now that it is known who is on the other side.
    Optional<String> objection(Peer peer);

    /// Both sides have said welcome.
    void opened(Optional<Peer> peer);

    /// This side will not have the other.
    void refuse(String text);

    /// What was good is good no more; may be called from anywhere.
    void close(String reason);

    /// Runs on the link's event loop, unless the link has ended.
    void onLoop(Runnable work);
  }

  private final Identity identity;
  private final BooleanSupplier enrols;
  private final Heart heart;
  private final Course course;
  private volatile String key = "";
  private volatile Optional<Peer> peer = Optional.empty();
  private volatile String instance = "";
  private volatile @Nullable Hello shown;
  private boolean greeted;
  private boolean accepted;
  private boolean welcomed;
  private boolean open;

  /// @param enrols whether a node that is no member yet may ask for a credential here
  Greeting(Identity identity, BooleanSupplier enrols, Heart heart, Course course) {
    this.identity = identity;
    this.enrols = enrols;
    this.heart = heart;
    this.course = course;
  }

  /// The key that TLS proved.
  String key() {
    return key;
  }

  /// Who is on the other side, empty before it has proven it and when it is not a member yet.
  Optional<Peer> peer() {
    return peer;
  }

  /// Which start of the other side's process it is.
  String instance() {
    return instance;
  }

  boolean isOpen() {
    return open;
  }

  /// TLS is there, and has proven the other side's key.
  void begin(String proven) {
    key = proven;
    show();
  }

  /// Shows the node's newest credential.
  void show() {
    course.say(Frame.Kind.HELLO, Json.bytes(identity.hello()));
  }

  /// Judges a hello away from the event loop: it checks signatures, and may write what it learns.
  void hello(Hello theirs) {
    if (greeted && !open) {
      throw new IllegalArgumentException("two hellos");
    }
    greeted = true;
    Thread.startVirtualThread(
        () -> {
          Verdict verdict = identity.judge(theirs, key);
          course.onLoop(() -> decide(theirs, verdict));
        });
  }

  private void decide(Hello theirs, Verdict verdict) {
    switch (verdict) {
      case Verdict.Refused refused -> course.refuse(refused.text());
      case Verdict.Enrolling enrolling -> {
        if (open || !enrols.getAsBoolean()) {
          course.refuse("not signed: the operator has not signed the key of this node yet");
        } else {
          accept(theirs);
        }
      }
      case Verdict.Accepted fine -> {
        instance = theirs.instance();
        Peer found = new Peer(fine.credential().node(), fine.credential().role());
        Optional<String> objection =
            open && !peer.equals(Optional.of(found))
                ? Optional.of("the credential is no longer that of the same node and role")
                : course.objection(found);
        if (objection.isPresent()) {
          course.refuse(objection.get());
          return;
        }
        if (!fine.warning().isEmpty()) {
          log.warn("{}", fine.warning());
        }
        peer = Optional.of(found);
        heart.told(theirs.wallMillis());
        accept(theirs);
      }
    }
  }

  private void accept(Hello theirs) {
    shown = theirs;
    if (!accepted) {
      accepted = true;
      course.say(Frame.Kind.WELCOME, new byte[0]);
      openWhenAgreed();
    }
  }

  /// The other side has accepted this one.
  void welcome() {
    welcomed = true;
    openWhenAgreed();
  }

  private void openWhenAgreed() {
    if (accepted && welcomed && !open) {
      open = true;
      course.opened(peer);
    }
  }

  /// Closes the link if the other side was revoked, or its credential ended long ago.
  void recheck() {
    Hello held = shown;
    if (held == null || held.credential().isEmpty()) {
      return;
    }
    Thread.startVirtualThread(
        () ->
            identity
                .recheck(held.credential(), heart.theirMillis())
                .ifPresent(refused -> course.close(refused.text())));
  }
}
