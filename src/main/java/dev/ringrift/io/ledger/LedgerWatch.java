package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.core.UserError;
import dev.ringrift.core.election.ElectionTimings;
import java.io.IOException;
import java.io.UncheckedIOException;
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
/// that grows; a voter that was taken out then waits, silent, to be added again. Only one whose
/// program is too old stays closed. The watch also
/// makes a leader give up the lead that has lost its majority, which Ratis by itself notices only
/// while nobody writes.
final class LedgerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerWatch.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  private final LedgerFolder folder;
  private final CommandCodec codec;
  private final Clock clock;
  private final Authority authority;
  private final LinkEndpoint endpoint;
  private final Opener opener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private final ReachedNote note;
  private volatile KeptTimings kept;
  private volatile ElectionTimings wanted;
  private volatile LedgerServer server;
  private volatile Optional<UserError> trouble = Optional.empty();
  private OptionalLong staleSinceNanos = OptionalLong.empty();
  private Duration pause = PAUSE_MIN;
  private long openedNanos;

  private LedgerWatch(
      LedgerFolder folder,
      CommandCodec codec,
      KeptTimings kept,
      Clock clock,
      Authority authority,
      LinkEndpoint endpoint,
      Opener opener) {
    this.folder = folder;
    this.codec = codec;
    this.kept = kept;
    this.wanted = kept.runs();
    this.clock = clock;
    this.authority = authority;
    this.endpoint = endpoint;
    this.opener = opener;
    this.note = new ReachedNote(folder, clock.nanos());
    this.server = first();
    this.openedNanos = clock.nanos();
    this.thread = Thread.ofPlatform().daemon().name("ledger-watch").unstarted(this::run);
  }

  /// Opens the server for the first time, and begins to watch it.
  ///
  /// @throws UserError when the folder is damaged or in use
  static LedgerWatch start(
      LedgerFolder folder,
      CommandCodec codec,
      KeptTimings kept,
      Clock clock,
      Authority authority,
      LinkEndpoint endpoint,
      Opener opener) {
    LedgerWatch watch = new LedgerWatch(folder, codec, kept, clock, authority, endpoint, opener);
    watch.thread.start();
    return watch;
  }

  /// The newest server, which may have closed.
  LedgerServer server() {
    return server;
  }

  /// What keeps this voter from taking part.
  Optional<UserError> trouble() {
    return trouble;
  }

  /// On which it runs.
  ElectionTimings timings() {
    return kept.runs();
  }

  /// Has it go on with other timings, soon.
  void retime(ElectionTimings timings) {
    wanted = timings;
  }

  /// Gives up the lead, if this voter has it.
  void stepDown() {
    LedgerServer leader = server;
    if (leader.leads()) {
      var _ = leader.transfer(Optional.empty(), timings().most());
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
      FolderCheck.of(folder, codec, entry -> {}).requireMemory(folder);
    }
    // On disk before the first promise is given: a voter that starts keeps those of before.
    keep(kept.before(wanted));
    try {
      LedgerServer opened = opener.open(fresh, wanted);
      openedNanos = clock.nanos();
      endpoint.opened(
          opened.raft(), opened.division(), opened.rpc(), opened.timings(), this::retime);
      return opened;
    } catch (IOException | RuntimeException e) {
      throw refused(e);
    }
  }

  private void keep(KeptTimings next) {
    try {
      next.write(folder.root());
      kept = next;
    } catch (UncheckedIOException e) {
      throw new UserError(
          "the ledger in %s cannot be written".formatted(folder.root()),
          String.valueOf(deepest(e).getMessage()),
          "see whether its disk is full; it is tried again");
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
    try {
      while (!closed.await(timings().least().toNanos() / 2, TimeUnit.NANOSECONDS)) {
        try {
          look(server);
        } catch (UserError e) {
          say(e);
        } catch (RuntimeException e) { // the next round may find it mended
          say(new UserError("the ledger is not watched as it should be", e.toString(), ""));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What may fail comes last.
  private void look(LedgerServer now) throws InterruptedException {
    if (!now.alive()) {
      reopen(now);
    } else if (!wanted.equals(timings())) {
      retime(now);
    } else {
      watchAuthority(now);
      note.keep(now.applied(), clock.nanos());
      forgetPromises();
      if (now.takesPart()) {
        trouble = Optional.empty();
      } else if (now.outside()) {
        say(LedgerFolder.waiting(folder.self().node()));
      }
    }
  }

  private void retime(LedgerServer old) throws InterruptedException {
    LOG.info("the ledger is opened again, to wait {} for other voters", wanted);
    endpoint.closed();
    close(old);
    try {
      server = open(false);
    } catch (UserError e) {
      say(e);
      reopen(old);
    }
  }

  /// What was promised under longer timings is over.
  private void forgetPromises() {
    KeptTimings settled = kept.after();
    if (!kept.equals(settled) && clock.nanos() - openedNanos > kept.promised().toNanos()) {
      keep(settled);
    }
  }

  private void reopen(LedgerServer old) throws InterruptedException {
    endpoint.closed();
    if (old.machine().outdated().isPresent()) {
      say(old.machine().outdated().get());
      close(old);
      closed.await();
      return;
    }
    String why =
        old.machine()
            .failure()
            .orElse(old.machine().dismissed() ? "it is no voter any more" : "Ratis closed it");
    say(new UserError("the ledger is closed and opened again", why, ""));
    close(old);
    if (clock.nanos() - openedNanos > PAUSE_MAX.toNanos()) {
      pause = PAUSE_MIN;
    }
    while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
      pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
      openedNanos = clock.nanos();
      try {
        server = open(false);
        return;
      } catch (UserError e) {
        say(e);
      }
    }
  }

  /// Says something once, however often it happens.
  private void say(UserError what) {
    if (!trouble.map(UserError::text).equals(Optional.of(what.text()))) {
      trouble = Optional.of(what);
      LOG.warn("{}", what.text());
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
    } else if (nanos - staleSinceNanos.getAsLong() > timings().most().multipliedBy(2).toNanos()) {
      LOG.info(
          "no majority has confirmed this leader of term {} for {} ms: it gives up the lead",
          term,
          (nanos - staleSinceNanos.getAsLong()) / 1_000_000);
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
    note.keep(server.applied());
  }

  /// Opens a server of the folder.
  interface Opener {
    LedgerServer open(boolean fresh, ElectionTimings timings) throws IOException;
  }
}
