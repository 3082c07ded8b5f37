package dev.ringrift.io.keeper;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests that the keeper has not yet put on disk, in order. Each connection sends them all
/// again, which is without harm. Thread-safe.
final class Outbox {
  /// Beyond, new ones are dropped: the leader repeats its orders.
  static final int REQUESTS_MAX = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final Deque<Request.Line> waiting = new ArrayDeque<>();
  private long lastSeq;

  void add(Request request) {
    lock.lock();
    try {
      if (waiting.size() >= REQUESTS_MAX) {
        LOG.warn("{} requests wait for the keeper: {} is dropped", REQUESTS_MAX, request);
        return;
      }
      waiting.add(new Request.Line(++lastSeq, request));
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void acknowledge(long seq) {
    lock.lock();
    try {
      while (!waiting.isEmpty() && waiting.getFirst().seq() <= seq) {
        waiting.removeFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Whether the keeper has all of them.
  boolean isEmpty() {
    lock.lock();
    try {
      return waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// The requests after `seq`; waits for one.
  List<Request.Line> after(long seq) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() || waiting.getLast().seq() <= seq) {
        added.await();
      }
      return waiting.stream().dropWhile(line -> line.seq() <= seq).toList();
    } finally {
      lock.unlock();
    }
  }
}
