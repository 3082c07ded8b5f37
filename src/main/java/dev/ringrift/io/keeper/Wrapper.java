package dev.ringrift.io.keeper;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// One process of an attempt under a small `sh`, which writes the exit code to a file, so that
/// it is known also when the keeper was killed meanwhile.
///
/// The shell and the program have a session each: what is sent to the program's process group
/// does not reach the shell. Three files, each a line written at once, so that half a line is
/// "not yet": `claim.N` the shell's `/proc/PID/stat`, and who makes it first decides whether
/// this launch runs at all; `pid.N` the program's `/proc/PID/stat`; `exit.N` its exit code. The
/// program runs in the foreground of the shell, since a shell without job control lets
/// background programs ignore SIGINT.
///
/// @param folder the attempt's
/// @param launch counts the attempt's processes
record Wrapper(Path folder, int launch) {
  private static final String SCRIPT =
      """
      claim=$1 pid=$2 exit=$3 out=$4 err=$5 setsid=$6; shift 6
      trap : HUP INT TERM
      read -r stat </proc/$$/stat
      set -C
      { echo "$stat" >"$claim"; } 2>/dev/null || exit 125
      set +C
      "$setsid" /bin/sh -c 'read -r s </proc/$$/stat; echo "$s" >"$1"; shift; exec "$@"' \\
        ringrift "$pid" "$@" >>"$out" 2>>"$err" </dev/null
      code=$?
      for again in 1 2 3 4 5; do
        { echo "$code" >"$exit"; } && break
        sleep 1
      done
      exit "$code"
      """;

  private static final String SETSID = find("setsid");
  private static final String VOID = "void\n";

  /// Starts it. The program's output is added to `stdout` and `stderr` in the attempt's folder.
  Process start(List<String> command, Map<String, String> environment, Path workdir)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(SETSID, "/bin/sh", "-c", SCRIPT, "ringrift-job"));
    for (Path file : List.of(claim(), pid(), exit(), stdout(), stderr())) {
      words.add(file.toString());
    }
    words.add(SETSID);
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(workdir.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("wrapper").toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  /// Makes sure that this launch, if its shell has not begun, never will.
  ///
  /// @return whether it had not
  boolean forestall() throws IOException {
    try {
      Files.writeString(claim(), VOID, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return Files.readString(claim()).equals(VOID);
    }
  }

  /// The shell, once it has begun.
  Optional<ProcId> shell() {
    return line(claim()).flatMap(ProcId::parse).map(ProcId.Stat::id);
  }

  /// The program, once it has begun; also its session and process group.
  Optional<ProcId> program() {
    return line(pid()).flatMap(ProcId::parse).map(ProcId.Stat::id);
  }

  /// The program's exit code, once it has ended.
  OptionalInt exitCode() {
    Optional<String> line = line(exit());
    return line.isPresent() ? OptionalInt.of(Integer.parseInt(line.get())) : OptionalInt.empty();
  }

  Path stdout() {
    return folder.resolve("stdout");
  }

  Path stderr() {
    return folder.resolve("stderr");
  }

  private Path claim() {
    return folder.resolve("claim." + launch);
  }

  private Path pid() {
    return folder.resolve("pid." + launch);
  }

  private Path exit() {
    return folder.resolve("exit." + launch);
  }

  private static Optional<String> line(Path file) {
    try {
      String text = Files.readString(file);
      return text.endsWith("\n") ? Optional.of(text.strip()) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  private static String find(String program) {
    for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return folder + "/" + program;
      }
    }
    return program;
  }
}
