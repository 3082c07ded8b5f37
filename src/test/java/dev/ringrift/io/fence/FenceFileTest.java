package dev.ringrift.io.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.Fence;
import dev.ringrift.core.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceFileTest {
  @TempDir Path folder;

  @Test
  void aNewNodeHasObeyedNobody() throws Exception {
    assertThat(new FenceFile(folder.resolve("fence")).load()).isEqualTo(Fence.NONE);
  }

  @Test
  void theStoredFenceIsThereAfterARestart() throws Exception {
    Path file = folder.resolve("fence");
    new FenceFile(file).store(new Fence(1, 7));
    new FenceFile(file).store(new Fence(2, 3));
    assertThat(new FenceFile(file).load()).isEqualTo(new Fence(2, 3));
    assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
  }

  @Test
  void aDamagedFileIsAnErrorAndStaysAsItIs() throws Exception {
    Path file = folder.resolve("fence");
    for (String damaged :
        new String[] {"", "{\"epoch\":1", "{\"epoch\":1}", "{}", "{\"epoch\":-1,\"term\":2}"}) {
      Files.writeString(file, damaged);
      assertThatThrownBy(() -> new FenceFile(file).load())
          .isInstanceOf(UserError.class)
          .hasMessageContaining(file.toString());
      assertThat(file).hasContent(damaged);
    }
  }

  @Test
  void aFenceThatCannotBeWrittenIsSaidAndTheOldOneStays() throws Exception {
    Path file = folder.resolve("fence");
    new FenceFile(file).store(new Fence(1, 1));
    Files.createDirectory(folder.resolve("fence.new"));
    assertThatThrownBy(() -> new FenceFile(file).store(new Fence(1, 2)))
        .isInstanceOf(IOException.class);
    assertThat(new FenceFile(file).load()).isEqualTo(new Fence(1, 1));
  }
}
