package dev.ringrift.io.link;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Hands the messages of one link to their handlers, on virtual threads: requests each on its own,
/// one-way messages of a channel one after the other. What is too much is dropped (one-way) or
/// refused (requests), for reading must go on: a ping may be next. Thread-safe.
final class Delivery {
  /// Most one-way messages of a link that wait for their handler.
  static final int ONEWAYS_MAX = 4096;

  /// Most bytes of one-way messages of a link that wait for their handler.
  static final int ONEWAY_BYTES_MAX = 16 << 20;

  /// Most requests of a link that are being answered.
  static final int REQUESTS_MAX = 512;

  /// Most bytes of requests of a link that are being answered.
  static final int REQUEST_BYTES_MAX = 32 << 20;

  private final Consumer<Parcel> oneway;
  private final Consumer<Parcel> request;
  private final Map<String, ArrayDeque<Parcel>> channels = new HashMap<>();
  private int oneways;
  private int onewayBytes;
  private int requests;
  private int requestBytes;

  Delivery(Consumer<Parcel> oneway, Consumer<Parcel> request) {
    this.oneway = oneway;
    this.request = request;
  }

  /// Takes a message; false when too many wait.
  boolean take(Parcel parcel) {
    return parcel.kind() == Frame.Kind.ONEWAY ? takeOneway(parcel) : takeRequest(parcel);
  }

  private synchronized boolean takeOneway(Parcel parcel) {
    int bytes = parcel.body().length;
    if (oneways >= ONEWAYS_MAX || onewayBytes + bytes > ONEWAY_BYTES_MAX) {
      return false;
    }
    oneways++;
    onewayBytes += bytes;
    ArrayDeque<Parcel> waiting = channels.get(parcel.channel());
    if (waiting != null) {
      waiting.add(parcel);
      return true;
    }
    ArrayDeque<Parcel> fresh = new ArrayDeque<>();
    fresh.add(parcel);
    channels.put(parcel.channel(), fresh);
    Thread.ofVirtual().name("link-" + parcel.channel()).start(() -> drain(parcel.channel(), fresh));
    return true;
  }

  private void drain(String channel, ArrayDeque<Parcel> waiting) {
    while (true) {
      Parcel parcel;
      synchronized (this) {
        parcel = waiting.poll();
        if (parcel == null) {
          channels.remove(channel);
          return;
        }
      }
      try {
        oneway.accept(parcel);
      } finally {
        synchronized (this) {
          oneways--;
          onewayBytes -= parcel.body().length;
        }
      }
    }
  }

  private synchronized boolean takeRequest(Parcel parcel) {
    int bytes = parcel.body().length;
    if (requests >= REQUESTS_MAX || requestBytes + bytes > REQUEST_BYTES_MAX) {
      return false;
    }
    requests++;
    requestBytes += bytes;
    Thread.ofVirtual()
        .name("link-" + parcel.channel())
        .start(
            () -> {
              try {
                request.accept(parcel);
              } finally {
                synchronized (this) {
                  requests--;
                  requestBytes -= bytes;
                }
              }
            });
    return true;
  }
}
