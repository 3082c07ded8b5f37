package dev.ringrift.io.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaSmiTest {
  @TempDir Path folder;

  @Test
  void theProgramIsAskedForTheColumnsThatAreRead() throws Exception {
    GpuReading reading =
        smi("""
                [ "$1" = --query-gpu=index,name,memory.total,memory.used,utilization.gpu,temperature.gpu ] &&
                [ "$2" = --format=csv,noheader,nounits ] && echo "0, NVIDIA H200, 143771, 4, 0, 27"
                """)
            .read();
    assertThat(reading.gpus().getFirst().model()).isEqualTo("NVIDIA H200");
  }

  @Test
  void aMachineWithoutTheProgramHasNoGpus() throws Exception {
    NvidiaSmi absent = new NvidiaSmi(folder.resolve("absent").toString(), Duration.ofSeconds(1));
    assertThat(absent.read()).isEqualTo(GpuReading.NONE);
    assertThat(new NvidiaSmi("no-such-program", Duration.ofSeconds(1)).read())
        .isEqualTo(GpuReading.NONE);
  }

  @Test
  void aHungProgramIsKilledAtTheDeadline() throws Exception {
    Path pid = folder.resolve("pid");
    NvidiaSmi hung = smi("echo $$ >%s; exec sleep 1000".formatted(pid), Duration.ofMillis(300));
    GpuReading reading = hung.read();
    assertThat(reading.known()).isFalse();
    assertThat(reading.problem()).contains("did not answer within 300 ms");
    long number = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(number).ifPresent(process -> process.onExit().join());
  }

  private NvidiaSmi smi(String script) throws Exception {
    return smi(script, Duration.ofSeconds(20));
  }

  private NvidiaSmi smi(String script, Duration deadline) throws Exception {
    Path file = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return new NvidiaSmi(file.toString(), deadline);
  }
}
