package dev.ringrift.io.data.files;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;

/// The folder below which files may be written under names that others chose.
public final class Jail {
  private final Path root;

  public Jail(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  public Path root() {
    return root;
  }

  /// Where the file of that name is to be written.
  ///
  /// @throws UserError when a symbolic link in the folder leads its name out of it
  public Path target(RelativePath name) throws IOException {
    Path target = root.resolve(name.text());
    Files.createDirectories(root);
    Path above = Objects.requireNonNull(target.getParent());
    while (!Files.exists(above)) {
      above = Objects.requireNonNull(above.getParent());
    }
    if (!above.toRealPath().startsWith(root.toRealPath()) || Files.isSymbolicLink(target)) {
      throw outside(name.text(), "a symbolic link leads out of that folder");
    }
    return target;
  }

  /// Where the file `out` in a folder is to be written.
  ///
  /// @param dir an absolute path within the jail, or one below it; empty for the jail itself
  /// @throws UserError when that is not within it, or is no path
  public Path target(String dir, String out) throws IOException {
    try {
      Path folder = root.resolve(dir).normalize();
      if (!folder.startsWith(root)) {
        throw outside(dir, "");
      }
      String below = root.relativize(folder).toString();
      return target(new RelativePath(below.isEmpty() ? out : below + "/" + out));
    } catch (InvalidPathException e) {
      throw new UserError("'%s' is no path".formatted(e.getInput()), e.getReason(), "");
    } catch (IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()), "", "name a file below " + root);
    }
  }

  private UserError outside(String name, String because) {
    return new UserError(
        "'%s' is not below %s".formatted(name, root),
        because,
        "remove the link, or name another folder");
  }
}
