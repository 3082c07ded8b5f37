package dev.ringrift.io.keeper;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.AttemptId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent's side of the keeper: finds the keeper of the data folder or starts one, and does
/// so again whenever it is gone. For one of another build, left by the agent before an upgrade,
/// it starts a successor, which takes over when that is safe. Requests wait here until the
/// keeper says that they are on disk. Thread-safe; nothing blocks the caller.
public final class KeeperClient implements Keeper, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeeperClient.class);
  private static final Duration START_DEADLINE = Duration.ofSeconds(20);
  private static final Duration RETRY_MAX = Duration.ofSeconds(5);
  private static final Duration SUCCESSOR_EVERY = Duration.ofMinutes(1);
  private static final long LOOK_MILLIS = 20;

  private final KeeperHome home;
  private final NodeId node;
  private final KeeperSettings settings;
  private final Listener listener;
  private final Outbox outbox = new Outbox();
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable UserError problem;
  private volatile boolean ending;
  private volatile long keeperPid;
  private volatile long lastPid;
  private volatile @Nullable KeeperLine line;
  private @Nullable Process successor;
  private long successorNanos;

  /// Starts at once, on threads of its own.
  ///
  /// @param data the node's data folder
  /// @param node named to jobs as `RINGRIFT_NODE`
  /// @param listener called on one thread at a time, of the client's
  /// @throws UserError when the keeper's folders cannot be made
  public KeeperClient(Path data, NodeId node, KeeperSettings settings, Listener listener) {
    this.home = new KeeperHome(data);
    this.node = node;
    this.settings = settings;
    this.listener = listener;
    try {
      home.create();
    } catch (IOException e) {
      throw new UserError(
          "cannot make the keeper's folders below " + data,
          e.toString(),
          "is the disk full, or does the folder belong to somebody else?");
    }
    this.thread = Thread.ofVirtual().name("keeper").start(this::run);
  }

  @Override
  public void start(StartOrder order) {
    outbox.add(new Request.Start(order));
  }

  @Override
  public void stop(AttemptId attempt, String reason, Duration grace) {
    outbox.add(new Request.Stop(attempt, reason, grace.toMillis()));
  }

  @Override
  public void extendLease(AttemptId attempt, long untilBootNanos) {
    outbox.add(new Request.Extend(attempt, untilBootNanos));
  }

  @Override
  public void forget(AttemptId attempt) {
    outbox.add(new Request.Forget(attempt));
  }

  /// Ends every attempt, and then the keeper; for taking a node down for good.
  public void endAll(String reason, Duration grace) {
    outbox.add(new Request.EndAll(reason, grace.toMillis()));
    ending = true;
  }

  /// Waits until the keeper has left, after `endAll`; none is started in its place.
  ///
  /// @return whether it has
  public boolean awaitEnd(Duration max) throws InterruptedException {
    long end = System.nanoTime() + max.toNanos();
    if (!thread.join(max)) {
      return false;
    }
    while (ProcessHandle.of(lastPid).map(ProcessHandle::isAlive).orElse(false)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return true;
  }

  /// Ends the process of a keeper that does not leave, also of one that never answered.
  public void endNow() {
    for (long pid : KeeperProcess.running(home)) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /// What keeps the keeper from working; empty while it works.
  public Optional<UserError> problem() {
    return Optional.ofNullable(problem);
  }

  /// The keeper's process, 0 while there is none.
  public long keeperPid() {
    return keeperPid;
  }

  /// Lets go of the keeper, which stays as long as something runs.
  @Override
  public void close() {
    closed = true;
    KeeperLine open = line;
    if (open != null) {
      open.close();
    }
    thread.interrupt();
  }

  private void run() {
    long pauseMillis = 0;
    while (!closed && !(ending && outbox.isEmpty())) {
      try {
        Thread.sleep(pauseMillis);
        KeeperLine open = connect();
        line = open;
        pauseMillis = 0;
        problem = null;
        open.run(outbox, this::answered);
      } catch (IOException | UserError | IllegalArgumentException e) {
        UserError now = e instanceof UserError known ? known : broken(e);
        if (!closed && (problem == null || !now.text().equals(problem.text()))) {
          LOG.warn("no keeper: {}", now.text());
        }
        problem = now;
        pauseMillis = Math.min(Math.max(100, pauseMillis * 2), RETRY_MAX.toMillis());
      } catch (InterruptedException e) {
        return; // closed
      } finally {
        keeperPid = 0;
        line = null;
      }
    }
  }

  private UserError broken(Exception e) {
    return new UserError("the keeper is not there", e.toString(), "its log is " + home.log());
  }

  private void answered(Request.Answer answer) {
    outbox.acknowledge(answer.ack());
    keeperPid = answer.pid();
    lastPid = answer.pid();
    if (answer.whole() || successor != null) {
      succeed(answer);
    }
    if (answer.whole() || !answer.reports().isEmpty()) {
      listener.reports(answer.reports(), answer.whole());
    }
  }

  /// Has a keeper of another build followed by one of this.
  private void succeed(Request.Answer answer) {
    boolean right = settings.build().isEmpty() || settings.build().equals(answer.build());
    boolean soon = successor != null && System.nanoTime() - successorNanos < 0;
    if (right || soon || ending || closed) {
      return;
    }
    successorNanos = System.nanoTime() + SUCCESSOR_EVERY.toNanos();
    LOG.info(
        "the keeper, process {}, is of build {}: one of build {} takes over",
        answer.pid(),
        answer.build(),
        settings.build());
    try {
      successor = KeeperProcess.start(home, node, settings);
    } catch (IOException e) {
      LOG.warn("no keeper can be started to take over, the old one stays: {}", e.toString());
    }
  }

  private KeeperLine connect() throws IOException, InterruptedException {
    Optional<KeeperLine> found = KeeperLine.open(home.socket());
    if (found.isPresent()) {
      return found.get();
    }
    Process process = successor;
    if (process == null || !process.isAlive()) {
      LOG.info("starts a keeper for {}", home.data());
      process = KeeperProcess.start(home, node, settings);
    }
    long deadline = System.nanoTime() + START_DEADLINE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      found = KeeperLine.open(home.socket());
      if (found.isPresent()) {
        return found.get();
      }
      if (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        continue;
      }
      if (process.exitValue() != 0) {
        throw new UserError(
            "the keeper cannot be started",
            KeeperLog.tail(home.log(), process.exitValue()),
            "its log is " + home.log());
      }
      // Another has the lock: it is about to answer, or about to leave.
      throw new IOException("another keeper of %s begins or ends".formatted(home.data()));
    }
    throw new UserError(
        "the keeper does not answer on " + home.socket(),
        "%d s have passed".formatted(START_DEADLINE.toSeconds()),
        "its log is " + home.log());
  }

  /// Hears what becomes of attempts.
  @FunctionalInterface
  public interface Listener {
    /// @param reports of attempts that changed
    /// @param whole whether they are all that the keeper knows; so at each connection
    void reports(List<AttemptReport> reports, boolean whole);
  }
}
