package dev.ringrift.io.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The files in `examples/` are right.
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("examples");
  private static final List<String> OTHERS = List.of("agent.yaml", "distributed_hosts.yaml");

  static Stream<Path> jobs() throws Exception {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !OTHERS.contains(file.getFileName().toString()))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void everyJobFileIsRead(Path file) {
    assertThat(JobFile.read(file, List.of()).run()).isNotEmpty();
  }

  @Test
  void theAgentsSettingsAreRead(@TempDir Path dir) throws Exception {
    Files.copy(EXAMPLES.resolve("agent.yaml"), AgentConfig.file(dir));
    assertThat(AgentConfig.read(dir, Map.of(), Map.of()).voterAddresses()).hasSize(3);
  }

  @Test
  void theHostsAreRead() {
    HostsFile hosts = HostsFile.read(EXAMPLES.resolve("distributed_hosts.yaml"));
    assertThat(hosts.voters()).hasSize(3);
    assertThat(hosts.hosts()).hasSize(4);
    assertThat(hosts.voterAddresses()).hasSize(3);
  }
}
