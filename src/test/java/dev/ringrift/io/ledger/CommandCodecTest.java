package dev.ringrift.io.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Vocabulary;
import dev.ringrift.io.json.Json;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CommandCodecTest {
  private final CommandCodec codec = new CommandCodec(Vocabulary.OWN);

  private Command read(String text) {
    return codec.read(text.getBytes(UTF_8), "entry 7");
  }

  private static void outdated(ThrowingCallable reading, String because) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            UserError.class,
            e ->
                assertThat(e.text())
                    .contains("too old for the cluster's ledger", because, "update ringrift"));
  }

  @Test
  void aCommandComesBackAsItWas() {
    Command command = new Command.Submit("k", JobSpec.of("hello", List.of("true")), "me", 2);
    assertThat(codec.read(codec.bytes(command), "entry 7")).isEqualTo(command);
  }

  @Test
  void whatIsNotKnownWholeIsNotRead() {
    assertThat(read("{'type':'Revoke','id':'c','reason':'r','atMillis':1}".replace('\'', '"')))
        .isEqualTo(new Command.Revoke("c", "r", 1));
    outdated(() -> read("{\"type\":\"Invent\",\"atMillis\":1}"), "entry 7 is no command");
    String more = "{'type':'Revoke','id':'c','reason':'r','until':9,'atMillis':1}";
    outdated(() -> read(more.replace('\'', '"')), "until");
    Command submit = new Command.Submit("k", JobSpec.of("hello", List.of("true")), "me", 2);
    String deeper = Json.text(submit).replace("\"spec\":{", "\"spec\":{\"colour\":\"red\",");
    outdated(() -> read(deeper), "entry 7 is no command");
  }

  @Test
  void aCommandOfAnotherVersionIsNotRead() {
    CommandCodec old = new CommandCodec(new Vocabulary(1, command -> 2));
    byte[] bytes = codec.bytes(new Command.Drain(new NodeId("w1"), "repairs", 5));
    outdated(() -> old.read(bytes, "entry 7"), "entry 7 is a Drain");
  }

  @Test
  void theStateOfANewerClusterIsNotTakenForWhatIsKnownOfIt() {
    ClusterState state = new ClusterState();
    state.apply(new Command.Found("c1", "lab", List.of(new NodeId("a")), 1));
    String image = Json.text(state.image());
    assertThat(codec.image(image.getBytes(UTF_8), "snapshot")).isEqualTo(state.image());
    String newer = image.replace("\"version\":1", "\"version\":2");
    outdated(() -> codec.image(newer.getBytes(UTF_8), "snapshot"), "version 2");
    String more = newer.replaceFirst("\\{", "{\"colours\":[],");
    outdated(() -> codec.image(more.getBytes(UTF_8), "snapshot"), "version 2");
    String odd = image.replaceFirst("\\{", "{\"colours\":[],");
    assertThatThrownBy(() -> codec.image(odd.getBytes(UTF_8), "snapshot"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("colours");
  }
}
