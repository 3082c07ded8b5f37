package dev.ringrift.cli.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Copies a library without what this program never loads. Entries are stored, not compressed: the
/// archive compresses all of them together, and better.
final class TrimmedJar {
  /// What is left out, by the beginning of the library's file name. Ratis brings its own copies of
  /// Netty and gRPC, with native code for other systems; our links take their place.
  private static final Map<String, List<String>> LEFT_OUT =
      Map.of(
          "ratis-thirdparty-misc",
          List.of(
              "META-INF/native/",
              "META-INF/native-image/",
              "META-INF/maven/",
              "META-INF/proguard/",
              "org/apache/ratis/thirdparty/io/netty/",
              "org/apache/ratis/thirdparty/io/grpc/",
              "org/apache/ratis/thirdparty/io/opencensus/",
              "org/apache/ratis/thirdparty/io/perfmark/",
              "org/apache/ratis/thirdparty/com/google/api/",
              "org/apache/ratis/thirdparty/com/google/rpc/"));

  private TrimmedJar() {}

  /// Copies `from` to the folder `into`, with a time in whole seconds: archives keep no finer, and
  /// the class cache remembers it.
  static void copy(Path from, Path into) throws IOException {
    String name = String.valueOf(from.getFileName());
    List<String> leftOut =
        LEFT_OUT.entrySet().stream()
            .filter(entry -> name.startsWith(entry.getKey()))
            .findFirst()
            .map(Map.Entry::getValue)
            .orElse(List.of());
    Path to = into.resolve(name);
    try (JarFile jar = new JarFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        ZipOutputStream out = new ZipOutputStream(file)) {
      out.setLevel(0);
      for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
        JarEntry entry = all.nextElement();
        if (leftOut.stream().noneMatch(entry.getName()::startsWith)) {
          ZipEntry copy = new ZipEntry(entry.getName());
          copy.setTime(0);
          out.putNextEntry(copy);
          jar.getInputStream(entry).transferTo(out);
          out.closeEntry();
        }
      }
    }
    Files.setLastModifiedTime(to, FileTime.fromMillis(1_767_225_600_000L));
  }
}
