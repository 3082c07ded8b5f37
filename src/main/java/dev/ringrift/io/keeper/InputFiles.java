package dev.ringrift.io.keeper;

import dev.ringrift.agent.StartOrder;
import dev.ringrift.agent.data.JobInput;
import dev.ringrift.io.archive.PackedFolder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// Brings the files that an attempt takes into its working folder. They lie on this node already.
///
/// What is only read is linked by a symbolic link: a hard link would let the program write into the
/// file that this node serves, and would touch it.
final class InputFiles {
  private InputFiles() {}

  /// @return why it cannot be done, or empty
  static Optional<String> place(StartOrder order, Path workdir) {
    for (JobInput input : order.inputs()) {
      try {
        place(input, workdir);
      } catch (IOException e) {
        return Optional.of("its file %s cannot be placed: %s".formatted(input.name(), e));
      }
    }
    return Optional.empty();
  }

  private static void place(JobInput input, Path workdir) throws IOException {
    Path source = Path.of(input.source());
    if (!Files.isRegularFile(source)) {
      throw new IOException("%s is no longer on this node".formatted(source));
    }
    if (input.how() == JobInput.How.UNPACK) {
      PackedFolder.unpack(source, workdir);
      return;
    }
    Path target = workdir.resolve(input.path()).normalize();
    if (!target.startsWith(workdir)) {
      throw new IOException("%s is outside of the working folder".formatted(input.path()));
    }
    Files.createDirectories(target.resolveSibling(""));
    switch (input.how()) {
      case LINK -> link(source, target);
      case COPY -> Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      case UNPACK -> throw new IllegalStateException("unpacked above");
    }
  }

  /// In a folder that is not fresh an earlier attempt's link is replaced, and nothing else.
  private static void link(Path source, Path target) throws IOException {
    if (Files.isSymbolicLink(target)) {
      Files.delete(target);
    } else if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Files.createSymbolicLink(target, source);
  }
}
