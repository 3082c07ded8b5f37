package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.core.UserError;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a Ratis server open.
///
/// Ratis closes itself for good after a long pause of the program, when its log cannot be written,
/// and when it learns that it is no voter any more. It is opened again each time, after a pause
/// that grows; a voter that was taken out then waits, silent, to be added again. The watch also
/// makes a leader give up the lead that has lost its majority, which Ratis by itself notices only
/// while nobody writes.
final class LedgerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerWatch.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  private final LedgerFolder folder;
  private final Timings timings;
  private final Clock clock;
  private final Authority authority;
  private final LinkEndpoint endpoint;
  private final Opener opener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile LedgerServer server;
  private volatile Optional<String> trouble = Optional.empty();
  private OptionalLong staleSinceNanos = OptionalLong.empty();
  private Duration pause = PAUSE_MIN;
  private long openedNanos;

  private LedgerWatch(
      LedgerFolder folder,
      Timings timings,
      Clock clock,
      Authority authority,
      LinkEndpoint endpoint,
      Opener opener) {
    this.folder = folder;
    this.timings = timings;
    this.clock = clock;
    this.authority = authority;
    this.endpoint = endpoint;
    this.opener = opener;
    this.server = first();
    this.openedNanos = clock.nanos();
    this.thread = Thread.ofPlatform().daemon().name("ledger-watch").unstarted(this::run);
  }

  /// Opens the server for the first time, and begins to watch it.
  ///
  /// @throws UserError when the folder is damaged or in use
  static LedgerWatch start(
      LedgerFolder folder,
      Timings timings,
      Clock clock,
      Authority authority,
      LinkEndpoint endpoint,
      Opener opener) {
    LedgerWatch watch = new LedgerWatch(folder, timings, clock, authority, endpoint, opener);
    watch.thread.start();
    return watch;
  }

  /// The newest server, which may have closed.
  LedgerServer server() {
    return server;
  }

  Optional<String> trouble() {
    return trouble;
  }

  /// Gives up the lead, if this voter has it.
  void stepDown() {
    LedgerServer leader = server;
    if (leader.leads()) {
      var _ = leader.transfer(Optional.empty(), timings.electionMax());
    }
  }

  private LedgerServer first() {
    LedgerServer opened = open(folder.fresh());
    if (folder.fresh()) {
      folder.confirm();
    }
    return opened;
  }

  private LedgerServer open(boolean fresh) {
    if (!fresh) {
      FolderCheck.of(folder, entry -> {});
    }
    try {
      LedgerServer opened = opener.open(fresh);
      endpoint.opened(opened.raft(), opened.division(), opened.rpc());
      return opened;
    } catch (IOException | RuntimeException e) {
      throw refused(e);
    }
  }

  private UserError refused(Exception e) {
    String why = String.valueOf(deepest(e).getMessage());
    if (why.contains("already locked") || deepest(e) instanceof OverlappingFileLockException) {
      return folder.inUse();
    }
    return FolderCheck.damaged(folder.root(), why);
  }

  private static Throwable deepest(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }

  private void run() {
    Duration tick = timings.electionMin().dividedBy(2);
    try {
      while (!closed.await(tick.toNanos(), TimeUnit.NANOSECONDS)) {
        LedgerServer now = server;
        if (!now.alive()) {
          reopen(now);
        } else {
          watchAuthority(now);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reopen(LedgerServer old) throws InterruptedException {
    endpoint.closed();
    String why =
        old.machine()
            .failure()
            .orElse(old.machine().dismissed() ? "it is no voter any more" : "Ratis closed it");
    say("the ledger is closed and opened again: " + why);
    close(old);
    if (clock.nanos() - openedNanos > PAUSE_MAX.toNanos()) {
      pause = PAUSE_MIN;
    }
    while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
      pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
      openedNanos = clock.nanos();
      try {
        server = open(false);
        if (!old.machine().dismissed() && old.machine().failure().isEmpty()) {
          trouble = Optional.empty();
        }
        return;
      } catch (UserError e) {
        say(e.text());
      }
    }
  }

  /// Says something once, however often it happens.
  private void say(String what) {
    if (!trouble.equals(Optional.of(what))) {
      trouble = Optional.of(what);
      LOG.warn("{}", what);
    }
  }

  private static void close(LedgerServer old) {
    try {
      old.close();
    } catch (IOException e) {
      LOG.warn("closing the ledger: {}", e.toString());
    }
  }

  private void watchAuthority(LedgerServer now) {
    long nanos = clock.bootNanos();
    long term = now.division().getInfo().getCurrentTerm();
    if (!now.leads() || now.fresh(authority, term, nanos)) {
      staleSinceNanos = OptionalLong.empty();
    } else if (staleSinceNanos.isEmpty()) {
      staleSinceNanos = OptionalLong.of(nanos);
    } else if (nanos - staleSinceNanos.getAsLong()
        > timings.electionMax().multipliedBy(2).toNanos()) {
      staleSinceNanos = OptionalLong.empty();
      stepDown();
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    endpoint.closed();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
  }

  /// Opens a server of the folder.
  interface Opener {
    LedgerServer open(boolean fresh) throws IOException;
  }
}
