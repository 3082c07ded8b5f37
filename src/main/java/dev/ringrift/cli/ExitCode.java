package dev.ringrift.cli;

/// What a command tells a script by its exit status; `ringrift help exit-codes` prints the same.
public final class ExitCode {
  public static final int OK = 0;

  /// It did not come out as wanted: a job failed, an agent could not start.
  public static final int FAILED = 1;

  /// The command line or a file is wrong; nothing was done.
  public static final int BAD_INPUT = 2;

  /// No agent of the cluster answered, or it has no leader.
  public static final int UNREACHABLE = 3;

  /// There is no such job, node or cluster.
  public static final int NOT_FOUND = 4;

  private ExitCode() {}
}
