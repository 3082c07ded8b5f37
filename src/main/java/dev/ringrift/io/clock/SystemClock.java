package dev.ringrift.io.clock;

import dev.ringrift.agent.port.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The clocks of this machine. `bootNanos` is `CLOCK_BOOTTIME` of clock_gettime(2), which Java
/// does not offer: it is called through `java.lang.foreign`, and where that is not possible
/// read from `/proc/uptime` (the same clock in steps of 10 ms). Agent and keeper must both use
/// this class: a lease is an instant of this clock. Thread-safe.
public final class SystemClock implements Clock {
  private static final int CLOCK_BOOTTIME = 7;
  private static final MemoryLayout TIMESPEC =
      MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
  private static final Path UPTIME = Path.of("/proc/uptime");

  private final @Nullable MethodHandle clockGettime;

  public SystemClock() {
    this(link());
  }

  SystemClock(@Nullable MethodHandle clockGettime) {
    this.clockGettime = clockGettime;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long bootNanos() {
    return clockGettime == null ? uptimeNanos() : bootNanos(clockGettime);
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }

  private static long bootNanos(MethodHandle call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMESPEC);
      int result = (int) call.invokeExact(CLOCK_BOOTTIME, time);
      if (result != 0) {
        throw new IllegalStateException("clock_gettime(CLOCK_BOOTTIME) returned " + result);
      }
      return time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L
          + time.get(ValueLayout.JAVA_LONG, 8);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("clock_gettime cannot be called", e);
    }
  }

  private static @Nullable MethodHandle link() {
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find("clock_gettime")
          .map(
              address ->
                  linker.downcallHandle(
                      address,
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS)))
          .orElse(null);
    } catch (UnsupportedOperationException | IllegalCallerException e) {
      return null; // the fallback is as good for leases of seconds
    }
  }

  private static long uptimeNanos() {
    try {
      return parseUptime(Files.readString(UPTIME));
    } catch (IOException e) {
      throw new UncheckedIOException("no clock that runs in sleep: " + UPTIME + " is missing", e);
    }
  }

  /// Nanoseconds from the first number of `/proc/uptime`, seconds with two decimals.
  static long parseUptime(String text) {
    String seconds = text.substring(0, text.indexOf(' '));
    return new BigDecimal(seconds).movePointRight(9).longValueExact();
  }
}
