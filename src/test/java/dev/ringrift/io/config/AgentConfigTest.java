package dev.ringrift.io.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentConfigTest {
  @TempDir Path dir;

  private AgentConfig read(String file, Map<String, String> env) throws IOException {
    Files.writeString(AgentConfig.file(dir), file);
    return AgentConfig.read(dir, env, Map.of());
  }

  private UserError refused(String file, Map<String, String> env) {
    return catchThrowableOfType(UserError.class, () -> read(file, env));
  }

  @Test
  void everyKeyIsRead() throws IOException {
    AgentConfig config =
        read(
            """
            node: v1
            role: voter
            cluster: lab
            bind: 0.0.0.0
            port: 9000
            advertise: [10.0.0.1, "https://v1.example"]
            p2p_voters: [v2, v1]
            voters: {v1: [10.0.0.1], v2: "10.0.0.2:9001 ws://b"}
            slots: 4
            cpus: 2.5
            gpus: 2x RTX 5090 32607MiB
            job_role: gpu_selfplay
            labels: {zone: eu}
            socks_proxy: socks5://localhost:1055
            http_proxy: http://localhost:1056
            data_budget: 200GB
            takeover_delay: 5s
            p2p_verbose: yes
            """,
            Map.of());
    assertThat(config.node()).isEqualTo(new NodeId("v1"));
    assertThat(config.role()).isEqualTo(Role.VOTER);
    assertThat(config.cluster()).isEqualTo("lab");
    assertThat(config.bind()).isEqualTo("0.0.0.0");
    assertThat(config.port()).isEqualTo(9000);
    assertThat(config.advertise()).containsExactly("ws://10.0.0.1:8770", "wss://v1.example:443");
    assertThat(config.voters()).containsExactly(new NodeId("v2"), new NodeId("v1"));
    assertThat(config.votersFrom()).isEqualTo("agent.yaml, line 7");
    assertThat(config.voterAddresses())
        .containsEntry(new NodeId("v2"), List.of("ws://10.0.0.2:9001", "ws://b:8770"));
    assertThat(config.slots()).hasValue(4);
    assertThat(config.cpus()).contains(2.5);
    assertThat(config.gpus().orElseThrow()).hasSize(2);
    assertThat(config.jobRole()).isEqualTo("gpu_selfplay");
    assertThat(config.labels()).isEqualTo(Map.of("zone", "eu"));
    assertThat(config.socksProxy()).contains(URI.create("socks5://localhost:1055"));
    assertThat(config.httpProxy()).contains(URI.create("http://localhost:1056"));
    assertThat(config.dataBudget()).isEqualTo(DiskBudget.parse("200GB"));
    assertThat(config.takeoverDelay()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.verbose()).isTrue();
  }

  @Test
  void onlyTheNodeMustBeGiven() throws IOException {
    AgentConfig config = read("node: w1", Map.of());
    assertThat(config.role()).isEqualTo(Role.WORKER);
    assertThat(config.port()).isEqualTo(8770);
    assertThat(config.bind()).isEqualTo("127.0.0.1");
    assertThat(config.gpus()).isEmpty();
    assertThat(config.votersFrom()).isEmpty();
    assertThat(refused("", Map.of()).because()).contains("'node' is missing");
  }

  @Test
  void aVariableGoesBeforeTheFileAndAFlagBeforeBoth() throws IOException {
    Map<String, String> env =
        Map.of(
            "RINGRIFT_P2P_VOTERS", "v2,v1",
            "RINGRIFT_P2P_VERBOSE", "1",
            "RINGRIFT_PORT", "9001",
            "RINGRIFT_LABELS", "zone=eu,tier=a",
            "RINGRIFT_TASK", "7");
    AgentConfig config = read("node: v1\nport: 9000\np2p_voters: [v1]", env);
    assertThat(config.voters()).containsExactly(new NodeId("v2"), new NodeId("v1"));
    assertThat(config.votersFrom()).isEqualTo("RINGRIFT_P2P_VOTERS");
    assertThat(config.verbose()).isTrue();
    assertThat(config.port()).isEqualTo(9001);
    assertThat(config.labels()).isEqualTo(Map.of("zone", "eu", "tier", "a"));
    assertThat(AgentConfig.read(dir, env, Map.of("port", "9002")).port()).isEqualTo(9002);
  }

  @Test
  void allProblemsAreReportedAtOnceWithTheirPlaces() {
    UserError error =
        refused(
            """
            node: V 1
            rol: voter
            role: boss
            advertise: ["ftp://x"]
            gpus: many
            p2p_voters: [a, a]
            socks_proxy: localhost:1055
            http_proxy: socks5://localhost:1055
            data_budget: much
            """,
            Map.of("RINGRIFT_PORT", "99999", "RINGRIFT_P2P_VERBOSE", "perhaps"));
    assertThat(error.because().lines())
        .hasSize(11)
        .anyMatch(line -> line.startsWith("line 1: 'node' is wrong: node id 'V 1'"))
        .contains("line 2: unknown key 'rol': did you mean 'role'?")
        .contains("line 3: 'role' is 'boss': an agent is a voter or a worker")
        .anyMatch(line -> line.startsWith("line 4: 'advertise' is wrong: 'ftp://x'"))
        .anyMatch(line -> line.startsWith("line 5: 'gpus'"))
        .contains("line 6: 'p2p_voters' names 'a' twice")
        .contains("line 7: 'socks_proxy' is 'localhost:1055': write socks5://host:port")
        .contains("line 8: 'http_proxy' is 'socks5://localhost:1055': write http://host:port")
        .anyMatch(line -> line.startsWith("line 9: 'data_budget' is wrong: 'much' is no size"))
        .contains("RINGRIFT_PORT: 'port' is 99999: write a whole number from 0 to 65535")
        .contains("RINGRIFT_P2P_VERBOSE: 'p2p_verbose' is 'perhaps': write true or false");
    assertThat(error.mend()).contains(AgentConfig.file(dir).toString());
  }

  @Test
  void aMisspeltVariableOrFlagIsAnError() {
    UserError error =
        refused(
            "node: a",
            Map.of("RINGRIFT_SOCKS_PROXXY", "x", "RINGRIFT_port", "1", "RINGRIFT_DATADIR", "/x"));
    assertThat(error.because().lines())
        .containsExactlyInAnyOrder(
            "unknown variable RINGRIFT_SOCKS_PROXXY: did you mean RINGRIFT_SOCKS_PROXY? One of your"
                + " own needs another prefix",
            "unknown variable RINGRIFT_port: did you mean RINGRIFT_PORT? One of your own needs"
                + " another prefix",
            "unknown variable RINGRIFT_DATADIR: did you mean RINGRIFT_DATA_DIR? One of your own"
                + " needs another prefix");
    UserError flag =
        catchThrowableOfType(
            UserError.class, () -> AgentConfig.read(dir, Map.of(), Map.of("prot", "1")));
    assertThat(flag.because()).contains("--set prot: unknown key 'prot': did you mean 'port'?");
  }

  @Test
  void variablesOfPeopleAndJobsAreLeftAlone() throws IOException {
    Map<String, String> env = new HashMap<>();
    for (String ours :
        List.of("JOB", "TASK", "TASK_COUNT", "ATTEMPT", "ATTEMPT_DIR", "CHECKPOINT", "CLUSTER")) {
      env.put("RINGRIFT_" + ours, "x");
    }
    env.put("RINGRIFT_DEPLOY_HOOK", "x");
    env.put("HOME", "/root");
    assertThat(read("node: v1", env).node()).isEqualTo(new NodeId("v1"));
    assertThat(AgentConfig.unknownVariables(env)).containsExactly("RINGRIFT_DEPLOY_HOOK");
  }

  @Test
  void votersAndAddressesComeFromTheHostsFile() throws IOException {
    Files.writeString(
        dir.resolve("hosts.yaml"),
        """
        p2p_voters: [b, a]
        hosts:
          a: {ssh_host: a.example, ssh_port: 22022, tailscale_ip: 100.64.0.1, extra: [1, 2]}
          b: {ssh_host: b.example}
          c: {status: gone}
        """);
    AgentConfig config = read("node: a\nhosts_file: hosts.yaml", Map.of());
    assertThat(config.voters()).containsExactly(new NodeId("b"), new NodeId("a"));
    assertThat(config.votersFrom()).isEqualTo("hosts.yaml");
    assertThat(config.voterAddresses())
        .isEqualTo(
            Map.of(
                new NodeId("a"), List.of("ws://100.64.0.1:8770", "ws://a.example:8770"),
                new NodeId("b"), List.of("ws://b.example:8770")));
  }

  @Test
  void aHostsFileThatNamesAnUnknownVoterIsRefused() {
    UserError error =
        catchThrowableOfType(
            UserError.class, () -> HostsFile.parse("p2p_voters: [x]\nhosts: {}", "h.yaml"));
    assertThat(error.because())
        .isEqualTo("line 1: 'p2p_voters' names 'x', which is not under 'hosts'");
    assertThat(refused("node: a\nhosts_file: none.yaml", Map.of()).because())
        .contains("there is no hosts file");
  }

  @Test
  void whatIsWrittenIsReadBackAndIsPrivate() throws IOException {
    Path folder = dir.resolve("new/data");
    AgentConfig.write(
        folder,
        Map.of(
            "node", "v1", "port", 9000, "voters", Map.of("v1", List.of("ws://h:1")), "slots", 2));
    AgentConfig config = AgentConfig.read(folder, Map.of(), Map.of());
    assertThat(config.port()).isEqualTo(9000);
    assertThat(config.voterAddresses()).isEqualTo(Map.of(new NodeId("v1"), List.of("ws://h:1")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(AgentConfig.file(folder))))
        .isEqualTo("rw-------");
  }
}
