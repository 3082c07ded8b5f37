package dev.ringrift.cli.bundle;

import dev.ringrift.cli.Shell;
import dev.ringrift.core.UserError;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ringrift bundle`: one archive that runs on a machine without Java.
@Command(
    name = "bundle",
    description = "Make one archive to copy to machines that have no Java (x86-64 Linux).")
public final class BundleCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The archive (ringrift-VERSION-linux-x86_64.tar.gz, in this folder).")
  private @Nullable Path out;

  private final Shell shell;
  private final String version;

  public BundleCommand(Shell shell, String version) {
    this.shell = shell;
    this.version = version;
  }

  @Override
  public Integer call() throws IOException {
    Path home = home();
    refuseOtherSystems();
    String name = "ringrift-" + version;
    Path archive = (out == null ? Path.of(name + "-linux-x86_64.tar.gz") : out).toAbsolutePath();
    Path folder = archive.getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(archive)) {
      throw new UserError(
          "cannot write " + archive,
          Files.isDirectory(archive) ? "it is a folder" : "there is no folder " + folder,
          "name a file in a folder that is there: --out FILE");
    }
    shell.err().println("making a runtime, and training its class cache: about half a minute …");
    // Beside the archive, so that it can be renamed into place when it is whole.
    Path work = Files.createTempDirectory(folder, ".ringrift-bundle");
    Path log = folder.resolve(archive.getFileName() + ".log");
    try {
      new Bundle(home, work, log, version).write(archive);
    } finally {
      Bundle.remove(work);
    }
    Files.deleteIfExists(log);
    tell(archive, name);
    return 0;
  }

  private void tell(Path archive, String name) throws IOException {
    String file = String.valueOf(archive.getFileName());
    shell.out().printf("%s  %.1f MiB%n", archive, Files.size(archive) / MIB);
    shell.out().println();
    shell.out().println("next:");
    shell.out().printf("  scp %s HOST:%n", archive);
    shell
        .out()
        .println("      copies it to a machine; x86-64 Linux with glibc is all that it needs");
    shell.out().printf("  tar -xzf %s && export PATH=\"$PWD/%s:$PATH\"%n", file, name);
    shell.out().println("      there: unpacks it, and lets the shell find 'ringrift'");
    shell.out().printf("  %s join-token%n", shell.program());
    shell.out().println("      here: prints the line to paste there");
  }

  /// The folder with `ringrift.jar` and `lib`.
  private static Path home() {
    String first = System.getProperty("java.class.path").split(File.pathSeparator, -1)[0];
    Path jar = Path.of(first).toAbsolutePath().normalize();
    Path home = jar.getParent();
    if (home == null || !jar.endsWith("ringrift.jar") || !Files.isDirectory(home.resolve("lib"))) {
      throw new UserError(
          "cannot make a bundle from " + jar,
          "it is not a ringrift.jar with its libraries in 'lib' beside it",
          "run './ringrift bundle' in a checkout");
    }
    return home;
  }

  private static void refuseOtherSystems() {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.equals("Linux amd64")) {
      throw new UserError(
          "cannot make a bundle on " + system,
          "the runtime is taken from the JDK that runs here, and has to be one for x86-64 Linux",
          "make it on x86-64 Linux");
    }
  }
}
