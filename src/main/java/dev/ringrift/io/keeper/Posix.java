package dev.ringrift.io.keeper;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.function.LongPredicate;

/// The few system calls that the keeper needs and Java does not offer; Linux on a 64-bit
/// machine. Thread-safe.
final class Posix {
  static final int SIGKILL = 9;
  static final int SIGTERM = 15;
  static final int SIGCONT = 18;

  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int P_ALL = 0;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x01000000;
  private static final int SIGINFO_BYTES = 128;
  private static final int SIGINFO_PID = 16; // its place in siginfo_t where a long has 8 bytes
  private static final int REAPED_MAX = 1000;
  private static final int O_WRONLY = 1;
  private static final int FALLOC_KEEP_SIZE_AND_PUNCH_HOLE = 3;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout INT = ValueLayout.JAVA_INT;
  private static final MemoryLayout LONG = ValueLayout.JAVA_LONG;
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  private static final MethodHandle KILL = link("kill", INT, INT);
  private static final MethodHandle PRCTL =
      link("prctl", Linker.Option.firstVariadicArg(1), INT, LONG, LONG, LONG, LONG);
  private static final MethodHandle WAITID = link("waitid", INT, INT, POINTER, INT);
  private static final MethodHandle WAITPID = link("waitpid", INT, POINTER, INT);
  private static final MethodHandle OPEN =
      link("open", Linker.Option.firstVariadicArg(2), POINTER, INT);
  private static final MethodHandle CLOSE = link("close", INT);
  private static final MethodHandle FALLOCATE = link("fallocate", INT, INT, LONG, LONG);

  private Posix() {}

  /// Sends `signal` to a process, or to a process group when `pid` is negative; false when
  /// there is none.
  static boolean kill(long pid, int signal) {
    if (pid == 0 || pid == -1 || pid == 1) {
      throw new IllegalArgumentException("refusing kill(%d, %d)".formatted(pid, signal));
    }
    return call(() -> (int) KILL.invokeExact((int) pid, signal)) == 0;
  }

  /// Makes this process the parent of all orphans below it, so that it can reap them also where
  /// process 1 of a container does not.
  static boolean becomeSubreaper() {
    return call(() -> (int) PRCTL.invokeExact(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L)) == 0;
  }

  /// Reaps children that have ended, but for those that `known` claims: Java waits for them
  /// itself.
  static void reapOrphans(LongPredicate known) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_BYTES, 8);
      for (int i = 0; i < REAPED_MAX; i++) {
        info.fill((byte) 0);
        int options = WNOHANG | WEXITED | WNOWAIT;
        int found = call(() -> (int) WAITID.invokeExact(P_ALL, 0, info, options));
        int pid = info.get(ValueLayout.JAVA_INT, SIGINFO_PID);
        if (found != 0 || pid == 0 || known.test(pid)) {
          return;
        }
        call(() -> (int) WAITPID.invokeExact(pid, MemorySegment.NULL, WNOHANG));
      }
    }
  }

  /// Gives the blocks of `[from, to)` back to the file system; the size stays. False where the
  /// file system cannot.
  static boolean punchHole(Path file, long from, long to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toString());
      int fd = call(() -> (int) OPEN.invokeExact(path, O_WRONLY));
      if (fd < 0) {
        return false;
      }
      int mode = FALLOC_KEEP_SIZE_AND_PUNCH_HOLE;
      int result = call(() -> (int) FALLOCATE.invokeExact(fd, mode, from, to - from));
      call(() -> (int) CLOSE.invokeExact(fd));
      return result == 0;
    }
  }

  private static MethodHandle link(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(INT, arguments));
  }

  private static MethodHandle link(String name, Linker.Option variadic, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(INT, arguments), variadic);
  }

  private static int call(NativeCall call) {
    try {
      return call.run();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a system call cannot be made", e);
    }
  }

  @FunctionalInterface
  private interface NativeCall {
    int run() throws Throwable;
  }
}
