package dev.ringrift.io.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.io.config.Settings.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final Cluster DEMO =
      new Cluster("demo", true, List.of("http://127.0.0.1:8770"), Map.of(), "");
  private static final Cluster LAB =
      new Cluster(
          "lab",
          false,
          List.of("http://127.0.0.1:9000"),
          Map.of(new NodeId("v1"), List.of("ws://h:1")),
          "/keys");
  private static final Cluster FARM = Cluster.at("farm", "http://127.0.0.1:9001");

  @TempDir Path dir;

  private static Cluster chosen(Settings settings) {
    return settings.choose(Optional.empty(), Map.of());
  }

  @Test
  void whatIsWrittenIsReadBackAndIsPrivate() throws Exception {
    Settings settings = Settings.NONE.with(DEMO).with(LAB);
    settings.write(dir);
    assertThat(Settings.read(dir)).isEqualTo(settings);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Settings.file(dir))))
        .isEqualTo("rw-------");
    assertThat(Settings.read(dir.resolve("none"))).isEqualTo(Settings.NONE);
  }

  @Test
  void theDemoIsMeantOnlyWhenNoRealClusterIsKnown() {
    assertThat(chosen(Settings.NONE.with(DEMO))).isEqualTo(DEMO);
    assertThat(chosen(Settings.NONE.with(LAB).with(DEMO))).isEqualTo(LAB);
    assertThat(chosen(Settings.NONE.with(DEMO).with(LAB))).isEqualTo(LAB);
    Settings noneCurrent = new Settings(Map.of("demo", DEMO, "lab", LAB), "");
    assertThat(chosen(noneCurrent)).isEqualTo(LAB);
  }

  @Test
  void theFlagGoesBeforeTheVariableAndThatBeforeTheCurrentOne() {
    Settings settings = Settings.NONE.with(LAB).with(DEMO).with(FARM);
    Map<String, String> env = Map.of("RINGRIFT_CLUSTER", "farm");
    assertThat(settings.choose(Optional.of("demo"), env)).isEqualTo(DEMO);
    assertThat(settings.choose(Optional.empty(), env)).isEqualTo(FARM);
    assertThat(chosen(settings)).isEqualTo(LAB);
    assertThat(chosen(settings.using("farm"))).isEqualTo(FARM);
    assertThat(settings.choose(Optional.of("http://127.0.0.1:7/"), env).http())
        .containsExactly("http://127.0.0.1:7");
  }

  @Test
  void withoutAnyTheAgentOnThisMachineIsAsked() {
    assertThat(chosen(Settings.NONE).http()).containsExactly("http://127.0.0.1:8770");
  }

  @Test
  void severalRealOnesWithoutACurrentOneAreAQuestion() {
    Settings settings = Settings.NONE.with(LAB).with(FARM).without("lab").with(LAB);
    assertThat(settings.current()).isEqualTo("lab");
    Settings unclear = new Settings(settings.clusters(), "");
    assertThatThrownBy(() -> chosen(unclear))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("not clear which cluster");
  }

  @Test
  void anUnknownNameSaysWhichAreKnown() {
    Settings settings = Settings.NONE.with(LAB);
    assertThatThrownBy(() -> settings.choose(Optional.of("lba"), Map.of()))
        .isInstanceOfSatisfying(
            UserError.class, error -> assertThat(error.mend()).isEqualTo("did you mean 'lab'?"));
  }
}
