package dev.ringrift.io.link;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The messages that wait to go out on one link, and whose turn it is.
///
/// Each message goes in frames of at most 64 KiB, and the frames of different lanes take turns: a
/// heartbeat waits for one frame of a large body, not for the body. One-way messages of a channel
/// share a lane, for they keep their order; every request and answer has a lane of its own.
/// Thread-safe.
final class Outbox {
  /// Most bytes that wait; beyond it messages are dropped or refused.
  static final int QUEUED_BYTES_MAX = 16 << 20;

  /// Most messages that wait.
  static final int QUEUED_MAX = 4096;

  /// Most frames of the link itself (ping, hello, bye) that wait.
  private static final int URGENT_MAX = 64;

  private static final int OVERHEAD_BYTES = 128;

  private final ArrayDeque<Frame> urgent = new ArrayDeque<>();
  private final ArrayDeque<Lane> turns = new ArrayDeque<>();
  private final Map<String, Lane> oneways = new HashMap<>();
  private long queuedBytes;
  private int queued;

  /// Takes a message, unless too many wait.
  synchronized boolean offer(Parcel parcel) {
    int cost = parcel.body().length + OVERHEAD_BYTES;
    if (queued >= QUEUED_MAX || queuedBytes + cost > QUEUED_BYTES_MAX) {
      return false;
    }
    queued++;
    queuedBytes += cost;
    if (parcel.kind() == Frame.Kind.ONEWAY) {
      Lane lane = oneways.get(parcel.channel());
      if (lane == null) {
        lane = new Lane();
        oneways.put(parcel.channel(), lane);
        turns.add(lane);
      }
      lane.parcels.add(parcel);
    } else {
      Lane lane = new Lane();
      lane.parcels.add(parcel);
      turns.add(lane);
    }
    return true;
  }

  /// Takes a frame of the link itself, which goes before all messages.
  synchronized void urgent(Frame frame) {
    if (urgent.size() < URGENT_MAX) {
      urgent.add(frame);
    }
  }

  /// Takes out the next frame to send.
  synchronized Optional<Frame> next() {
    Frame first = urgent.poll();
    if (first != null) {
      return Optional.of(first);
    }
    Lane lane = turns.poll();
    if (lane == null) {
      return Optional.empty();
    }
    Parcel parcel = lane.parcels.element();
    Frame frame = parcel.frame(lane.sent);
    lane.sent += parcel.carried(lane.sent);
    if (lane.sent == parcel.body().length) {
      lane.parcels.remove();
      lane.sent = 0;
      queued--;
      queuedBytes -= parcel.body().length + OVERHEAD_BYTES;
    }
    if (!lane.parcels.isEmpty()) {
      turns.add(lane);
    } else if (parcel.kind() == Frame.Kind.ONEWAY) {
      oneways.remove(parcel.channel());
    }
    return Optional.of(frame);
  }

  /// Forgets all.
  synchronized void clear() {
    urgent.clear();
    turns.clear();
    oneways.clear();
    queued = 0;
    queuedBytes = 0;
  }

  private static final class Lane {
    private final ArrayDeque<Parcel> parcels = new ArrayDeque<>();
    private int sent;
  }
}
