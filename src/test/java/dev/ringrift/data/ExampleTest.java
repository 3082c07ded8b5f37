package dev.ringrift.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.io.data.TestFiles;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleTest {
  @TempDir private Path dir;

  @Test
  void exampleCompilesAndFetches() throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-d", dir.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  options,
                  null,
                  files.getJavaFileObjects(Path.of("examples/SyncModels.java")))
              .call();
      assertThat(compiled).as("%s", said).isTrue();
    }
    byte[] content = TestFiles.random(5_000, 1);
    try (TestDataServer server = new TestDataServer().with("models/a.pth", content, 1);
        URLClassLoader loader =
            new URLClassLoader(new URL[] {dir.toUri().toURL()}, getClass().getClassLoader())) {
      String[] words = {dir.resolve("to").toString(), server.base().toString()};
      loader.loadClass("SyncModels").getMethod("main", String[].class).invoke(null, (Object) words);
    }
    assertThat(Files.readAllBytes(dir.resolve("to/models/a.pth"))).isEqualTo(content);
  }
}
