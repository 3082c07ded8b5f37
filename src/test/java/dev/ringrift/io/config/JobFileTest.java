package dev.ringrift.io.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.io.config.JobFile.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {
  private static JobSpec parse(String text) {
    return JobFile.parse(text, "job.yaml", List.of());
  }

  private static UserError refused(String text) {
    return catchThrowableOfType(UserError.class, () -> parse(text));
  }

  @Test
  void everyKeyIsRead() {
    JobSpec spec =
        parse(
            """
            name: train
            run: [python, train.py, "a, b"]
            setup: make
            envs: {A: 1, B: "x,y=z"}
            workdir: /data
            resources:
              gpus: 2
              vram_gb: 24
              cpus: 1.5
              memory_gb: 64
              disk_gb: 100
              role: gpu_selfplay
              labels: {zone: eu}
            priority: -3
            count: 7
            retry: {attempts: 3, on_exit_codes: [1, 137], backoff: 90s}
            timeout: 2h
            disconnect: {lost_after: 1d, exclusive: true}
            after: [4, 5]
            """);
    assertThat(spec.name()).isEqualTo("train");
    assertThat(spec.run()).containsExactly("python", "train.py", "a, b");
    assertThat(spec.setup()).isEqualTo("make");
    assertThat(spec.envs()).isEqualTo(Map.of("A", "1", "B", "x,y=z"));
    assertThat(spec.workdir()).isEqualTo("/data");
    assertThat(spec.resources().gpus()).isEqualTo(2);
    assertThat(spec.resources().vramGb()).isEqualTo(24);
    assertThat(spec.resources().cpus()).isEqualTo(1.5);
    assertThat(spec.resources().memoryGb()).isEqualTo(64);
    assertThat(spec.resources().diskGb()).isEqualTo(100);
    assertThat(spec.resources().role()).isEqualTo("gpu_selfplay");
    assertThat(spec.resources().labels()).isEqualTo(Map.of("zone", "eu"));
    assertThat(spec.priority()).isEqualTo(-3);
    assertThat(spec.count()).isEqualTo(7);
    assertThat(spec.retry().attempts()).isEqualTo(3);
    assertThat(spec.retry().onExitCodes()).containsExactlyInAnyOrder(1, 137);
    assertThat(spec.retry().backoff()).isEqualTo(Duration.ofSeconds(90));
    assertThat(spec.timeout()).isEqualTo(Duration.ofHours(2));
    assertThat(spec.disconnect().lostAfter()).isEqualTo(Duration.ofDays(1));
    assertThat(spec.disconnect().exclusive()).isTrue();
    assertThat(spec.after()).containsExactlyInAnyOrder(4L, 5L);
  }

  @Test
  void aTextIsAScriptForTheShellWithItsCommas() {
    assertThat(parse("run: echo a, b").run()).containsExactly("sh", "-c", "echo a, b");
  }

  @Test
  void aJobWithoutANameHasTheFiles() {
    assertThat(parse("run: 'true'").name()).isEqualTo("job");
    assertThat(JobFile.of(List.of(new Setting("run", "--", List.of("/bin/date")))).name())
        .isEqualTo("date");
  }

  @Test
  void allProblemsAreReportedAtOnceWithTheirLines() {
    UserError error =
        refused(
            """
            nmae: x
            run: []
            count: many
            priority: 1.5
            timeout: 5
            workdir: here
            resources:
              gpus: H100:8
              cpus: -1
              vram: 3
            retry: {attempts: 0, on_exit_codes: [300]}
            disconnect: soon
            after: [last]
            envs: {1A: b, C: [d]}
            inputs: [/x]
            """);
    assertThat(error.what()).isEqualTo("job file job.yaml is not valid");
    assertThat(error.because().lines())
        .containsExactlyInAnyOrder(
            "line 1: unknown key 'nmae': did you mean 'name'?",
            "line 2: 'run' is empty: say what to run",
            "line 3: 'count' is 'many': write a whole number from 1 to 10000",
            "line 4: 'priority' is '1.5': write a whole number from -1000000 to 1000000",
            "line 5: 'timeout' is '5': write for example 500ms, 90s, 5m, 2h or 1d",
            "line 6: 'workdir' is 'here': write an absolute folder on the node",
            "line 8: 'resources.gpus' is 'H100:8': write a number, or memory and number as in"
                + " 24GB.. or 24GB..:2",
            "line 9: 'resources.cpus' is -1.0: write a number that is not negative",
            "line 10: unknown key 'resources.vram': did you mean 'resources.vram_gb'?",
            "line 11: 'retry.attempts' is 0: write a whole number from 1 to 100",
            "line 11: 'retry.on_exit_codes' has '300': write numbers from 0 to 255",
            "line 12: 'disconnect' must be a map of 'name: value'",
            "line 13: 'after' has 'last': write the ids of jobs, for example [7, 8]",
            "line 14: 'envs' has the name '1A': use letters, digits and _",
            "line 14: 'envs.C' must be one line of text",
            "line 15: 'inputs.name' is wrong: '/x' is no path below a folder: a slash begins it,"
                + " ends it or is doubled");
  }

  @Test
  void aMissingCommandATwiceSetKeyAndBrokenYamlSaySo() {
    assertThat(refused("name: x").because()).startsWith("'run' is missing");
    assertThat(refused("run: a\ncount: 1\nrun: b").because())
        .isEqualTo("line 3: 'run' is there twice, first on line 1");
    assertThat(refused("run: {a: b}").because())
        .isEqualTo("line 1: 'run' must be a script or a list");
    assertThat(refused("run: [a").because()).startsWith("line 1: this is not YAML");
    assertThat(refused("- a\n- b").because()).startsWith("line 1: expected 'key: value' lines");
  }

  @Test
  void aliasesThatGrowWithoutEndAreRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d, ".formatted(i - 1).repeat(10)).append("]\n");
    }
    assertThat(refused(bomb.toString()).because()).contains("aliases");
    assertThat(refused("a: &a [*a]").because()).contains("an alias makes it grow");
  }

  @ParameterizedTest
  @CsvSource({"2,2,0", "24GB..,1,24", "24GB..:4,4,24", "0,0,0"})
  void gpusAreANumberOrMemoryAndNumber(String text, int count, double vramGb) {
    JobSpec spec = parse("run: x\nresources: {gpus: '%s'}".formatted(text));
    assertThat(spec.resources().gpus()).isEqualTo(count);
    assertThat(spec.resources().vramGb()).isEqualTo(vramGb);
  }

  @Test
  void flagsGoBeforeTheFileAndAreNamedInProblems() {
    JobSpec spec =
        JobFile.parse(
            "run: x\ncount: 3\nresources: {cpus: 2}",
            "job.yaml",
            List.of(
                new Setting("count", "--count", "5"),
                new Setting("resources.gpus", "--gpus", "1")));
    assertThat(spec.count()).isEqualTo(5);
    assertThat(spec.resources().gpus()).isEqualTo(1);
    assertThat(spec.resources().cpus()).isEqualTo(2);
    UserError error =
        catchThrowableOfType(
            UserError.class, () -> JobFile.of(List.of(new Setting("count", "--count", "0"))));
    assertThat(error.because()).contains("--count: 'count' is 0");
  }

  @Test
  void filesAreRead() {
    JobFiles files =
        parse(
                """
                run: "true"
                inputs: [models/a.pth, {name: games/b, path: in/b}]
                outputs: [{path: out.pth, name: "runs/{task}/out.pth", to: [w1, w2]}]
                checkpoint: {path: state.pt, every: 30s}
                """)
            .files();
    assertThat(files.inputs().getFirst().path().text()).isEqualTo("a.pth");
    assertThat(files.inputs().getLast().path().text()).isEqualTo("in/b");
    assertThat(files.outputs().getFirst().to()).containsExactly("w1", "w2");
    assertThat(JobFiles.forTask(files.outputs().getFirst().name(), 7).value())
        .isEqualTo("runs/7/out.pth");
    assertThat(files.checkpoint().orElseThrow().every()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void filesThatAreWrongAreToldAllAtOnce() {
    UserError error =
        refused(
            """
            run: "true"
            inputs: [../a, {path: b}, {name: c, from: d}]
            outputs: [out]
            checkpoint: {path: /abs, every: 1ms}
            """);
    assertThat(error.because())
        .contains("inputs.name", "'inputs.name' is missing", "inputs.from", "outputs.name")
        .contains("checkpoint.path");
  }
}
