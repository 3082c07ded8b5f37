package dev.ringrift.e2e;

import dev.ringrift.core.ledger.Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Another build of the program: the one class that says which commands it reads says one version
/// more. Everything else is the packaged program.
final class NextProgram {
  private static final String METHOD = "ownNewest";

  private NextProgram() {}

  /// Writes the class below `folder`, which is to come first on the class path.
  ///
  /// @return the version of commands that it reads
  static int write(Path folder) throws IOException {
    int next = Vocabulary.OWN.newest() + 1;
    ClassTransform change =
        (builder, element) -> {
          if (element instanceof MethodModel method && method.methodName().equalsString(METHOD)) {
            builder.withMethodBody(
                method.methodName(),
                method.methodType(),
                method.flags().flagsMask(),
                (CodeBuilder code) -> code.loadConstant(next).ireturn());
          } else {
            builder.with(element);
          }
        };
    String name = Vocabulary.class.getName().replace('.', '/') + ".class";
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (InputStream in = Vocabulary.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no class file " + name);
      }
      ClassFile format = ClassFile.of();
      Files.write(file, format.transformClass(format.parse(in.readAllBytes()), change));
    }
    return next;
  }
}
