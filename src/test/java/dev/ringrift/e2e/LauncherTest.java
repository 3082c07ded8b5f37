package dev.ringrift.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The `ringrift` script: when it builds, and what it says where it cannot. Maven is a script here
/// that puts the packaged program in its place.
@Tag("e2e")
class LauncherTest {
  @TempDir Path checkout;
  private Path builds;
  private Path source;

  @BeforeEach
  void checkOut() throws IOException {
    Files.copy(Path.of("ringrift"), checkout.resolve("ringrift"));
    Files.createDirectories(checkout.resolve("scripts"));
    Files.copy(Path.of("scripts/find-jdk.sh"), checkout.resolve("scripts/find-jdk.sh"));
    script("scripts/class-cache.sh", "exit 1"); // a cache is not needed, and takes its time
    Files.writeString(checkout.resolve("pom.xml"), "");
    source = checkout.resolve("src/main/Some.java");
    Files.createDirectories(source.resolveSibling("."));
    Files.writeString(source, "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(60)));
    builds = checkout.resolve("builds");
    maven("");
  }

  /// @param first what it does before all else
  private void maven(String first) throws IOException {
    Path jar = Path.of("target/ringrift.jar").toAbsolutePath();
    script(
        "bin/mvn",
        """
        echo built >> '%1$s'
        %2$s
        cp '%3$s' '%5$s/ringrift.jar'
        cp -rlfT '%4$s' '%5$s/lib'
        """
            .formatted(builds, first, jar, jar.resolveSibling("lib"), checkout.resolve("target")));
  }

  private void script(String name, String lines) throws IOException {
    Path file = checkout.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "#!/usr/bin/env bash\n" + lines + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Said bash(String line) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", line).redirectErrorStream(true);
    builder.environment().put("PATH", checkout.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("RINGRIFT_DATA_DIR", checkout.resolve("data").toString());
    builder.directory(checkout.toFile());
    Path out = checkout.resolve("said");
    Process process = builder.redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), Files.readString(out, UTF_8));
  }

  private record Said(int exitCode, String text) {}

  private List<String> builds() throws IOException {
    return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
  }

  @Test
  void itBuildsAtTheFirstRunAndWhenSourcesAreNewer() throws Exception {
    Said first = bash("./ringrift version");
    assertThat(first.text()).contains("building (first run)").contains("ringrift");
    assertThat(first.exitCode()).isZero();
    assertThat(bash("./ringrift version").text()).doesNotContain("building");
    assertThat(builds()).hasSize(1);
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
    assertThat(bash("./ringrift version").text()).contains("building (the sources are newer)");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void aBuildThatFailsIsShownAndTriedAgain() throws Exception {
    maven("echo 'Some.java: not a statement'; exit 1");
    Said failed = bash("./ringrift version");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.text())
        .contains("Some.java: not a statement")
        .contains("the build failed; all of it is in");
    maven("");
    assertThat(bash("./ringrift version").exitCode()).isZero();
    assertThat(builds()).hasSize(2);
  }

  @Test
  void aJdkIsFoundElsewhereThanInAWrongJavaHome() throws Exception {
    Said found = bash("JAVA_HOME=/no/such; . scripts/find-jdk.sh; find_jdk; echo $JAVA_HOME");
    assertThat(found.exitCode()).isZero();
    assertThat(Path.of(found.text().strip()).resolve("bin/javac")).isExecutable();
  }

  @Test
  void whatToInstallIsSaidWhereThereIsNone() throws Exception {
    Said none = bash(". scripts/find-jdk.sh; jdk_min=9999; find_jdk");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.text())
        .contains("no JDK 9999 or newer was found")
        .contains("to mend: install Temurin 9999");
    Said maven = bash(". scripts/find-jdk.sh; command() { false; }; find_maven");
    assertThat(maven.exitCode()).isEqualTo(1);
    assertThat(maven.text()).contains("there is no mvn on the PATH").contains("install it");
  }
}
