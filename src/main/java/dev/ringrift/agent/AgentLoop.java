package dev.ringrift.agent;

import java.util.ArrayDeque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Drives an `Agent` in a process: one thread that takes events from a bounded queue and ticks in
/// between. Thread-safe; whoever brings an event waits while the queue is full.
public final class AgentLoop implements Consumer<Event>, AutoCloseable {
  private static final int EVENTS_MAX = 10_000;

  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(EVENTS_MAX);
  private final ArrayDeque<Event> own = new ArrayDeque<>();
  private volatile boolean closed;
  private volatile @Nullable Thread thread;

  /// Runs `agent` on a thread of its own until `close`.
  ///
  /// @param onDeath hears what else ended the loop: a broken assumption
  public void start(Agent agent, Consumer<Throwable> onDeath) {
    Thread loop = Thread.ofPlatform().name("agent").unstarted(() -> run(agent, onDeath));
    thread = loop;
    loop.start();
  }

  private void run(Agent agent, Consumer<Throwable> onDeath) {
    try {
      long nextTick = System.nanoTime();
      while (!closed) {
        Event event = own.poll();
        if (event == null) {
          event = events.poll(nextTick - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        if (event != null) {
          agent.handle(event);
        }
        if (System.nanoTime() - nextTick >= 0) {
          nextTick = System.nanoTime() + Agent.TICK_NANOS;
          agent.tick();
        }
      }
    } catch (Throwable broken) { // reported to the owner, which ends the process
      onDeath.accept(broken);
    }
  }

  /// What the loop brings to itself never waits: it would wait for itself.
  @Override
  public void accept(Event event) {
    if (Thread.currentThread() == thread) {
      own.add(event);
      return;
    }
    try {
      events.put(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
