package dev.ringrift.io.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.Message;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.AttemptState;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void commandsComeBackAsTheyWere() {
    List<Command> commands =
        List.of(
            new Command.Submit("k", JobSpec.of("hello", List.of("true")).withCount(3), "me", 5),
            new Command.Cancel(Set.of(new TaskId(1, 2)), "no longer wanted", 7),
            new Command.Progress(
                3,
                List.of(
                    new Command.Step.Reported(
                        AttemptId.of(1, 0, 1),
                        new NodeId("w1"),
                        AttemptState.SUCCEEDED,
                        0,
                        "",
                        10,
                        20),
                    new Command.Step.Silent(AttemptId.of(1, 1, 1), "silent")),
                9),
            new Command.Publish(
                new DataName("models/a.pth"),
                new Content(ObjectId.parse("ab".repeat(32)), 5, Sha256.parse("cd".repeat(32))),
                "me",
                10));
    for (Command command : commands) {
      assertThat(Json.read(Json.bytes(command), Command.class)).isEqualTo(command);
    }
    Outcome outcome = new Outcome.Done(4);
    assertThat(Json.read(Json.bytes(outcome), Outcome.class)).isEqualTo(outcome);
  }

  @Test
  void messagesComeBackAsTheyWereAndIdsAreText() {
    Message message =
        new Message.Relay(
            new NodeId("w1"),
            new NodeId("v1"),
            new Message.BeatAck(1, "v1", new Fence(1, 2), Map.of("v1", List.of("ws://h:1"))));
    assertThat(Json.read(Json.bytes(message), Message.class)).isEqualTo(message);
    assertThat(Json.text(message)).contains("\"from\":\"w1\"").contains("\"type\":\"BeatAck\"");
  }
}
