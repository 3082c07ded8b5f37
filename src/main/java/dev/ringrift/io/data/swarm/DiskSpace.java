package dev.ringrift.io.data.swarm;

import dev.ringrift.core.UserError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// Blocks on a disk for a file that is going to be written.
final class DiskSpace {
  private static final int O_WRONLY = 1;
  private static final int BLOCK_BYTES = 512;

  /// Nothing can be written to a file while one call runs.
  private static final long STEP_BYTES = 16L << 20;

  private static final Optional<Calls> CALLS = Calls.find();

  private DiskSpace() {}

  /// Looks whether there are blocks for a file of this size, without taking them.
  ///
  /// @throws UserError when there are too few, with both numbers
  static void require(Path file, long sizeBytes) {
    long needed = sizeBytes - allocated(file);
    if (needed > 0) {
      requireFree(file, needed);
    }
  }

  /// Takes the blocks now, where the system has a call for it. Not in a file system in memory:
  /// there it takes as long as writing to them, and whoever writes waits meanwhile.
  ///
  /// @throws UserError when there are too few, with both numbers
  static void reserve(Path file, long sizeBytes) {
    if (allocated(file) >= sizeBytes || inMemory(file)) {
      return;
    }
    if (CALLS.isPresent() && !CALLS.get().allocate(file, sizeBytes)) {
      // Refused for want of space, or not known to this file system: then it is sparse.
      requireFree(file, sizeBytes - allocated(file));
    }
  }

  private static boolean inMemory(Path file) {
    try {
      return Files.getFileStore(file).type().equals("tmpfs");
    } catch (IOException e) {
      return false;
    }
  }

  private static void requireFree(Path file, long needed) {
    long free;
    try {
      free = Files.getFileStore(file).getUsableSpace();
    } catch (IOException e) {
      throw new UserError(
          "cannot tell how much room is on the disk of " + file, Ways.reason(e), "");
    }
    if (free < needed) {
      throw new UserError(
          "the disk of %s is too full".formatted(file.getParent()),
          "%,d bytes are needed and %,d are free".formatted(needed, free),
          "make room, or choose another folder");
    }
  }

  private static long allocated(Path file) {
    try {
      Object blocks = Files.getAttribute(file, "unix:blocks");
      return blocks instanceof Number number ? number.longValue() * BLOCK_BYTES : 0;
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      return 0;
    }
  }

  /// `fallocate` of Linux: unlike `posix_fallocate` it never writes zeros itself.
  private record Calls(MethodHandle open, MethodHandle fallocate, MethodHandle close) {
    static Optional<Calls> find() {
      Linker linker = Linker.nativeLinker();
      ValueLayout.OfInt number = ValueLayout.JAVA_INT;
      ValueLayout.OfLong large = ValueLayout.JAVA_LONG;
      FunctionDescriptor open = FunctionDescriptor.of(number, ValueLayout.ADDRESS, number);
      FunctionDescriptor fallocate = FunctionDescriptor.of(number, number, number, large, large);
      FunctionDescriptor close = FunctionDescriptor.of(number, number);
      Linker.Option variadic = Linker.Option.firstVariadicArg(2);
      return linker
          .defaultLookup()
          .find("fallocate")
          .map(
              symbol ->
                  new Calls(
                      linker.downcallHandle(symbol("open"), open, variadic),
                      linker.downcallHandle(symbol, fallocate),
                      linker.downcallHandle(symbol("close"), close)));
    }

    private static MemorySegment symbol(String name) {
      return Linker.nativeLinker().defaultLookup().find(name).orElseThrow();
    }

    boolean allocate(Path file, long sizeBytes) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment path = arena.allocateFrom(Objects.requireNonNull(file.toString()));
        int descriptor = (int) open.invokeExact(path, O_WRONLY);
        if (descriptor < 0) {
          return false;
        }
        boolean taken = true;
        for (long at = 0; taken && at < sizeBytes; at += STEP_BYTES) {
          long length = Math.min(STEP_BYTES, sizeBytes - at);
          taken = (int) fallocate.invokeExact(descriptor, 0, at, length) == 0;
        }
        int closed = (int) close.invokeExact(descriptor);
        return taken && closed == 0;
      } catch (Throwable e) {
        throw new IllegalStateException("fallocate", e);
      }
    }
  }
}
