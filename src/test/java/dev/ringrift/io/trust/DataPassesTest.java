package dev.ringrift.io.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.ObjectId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DataPassesTest {
  private static final ObjectId FILE = ObjectId.parse("ab".repeat(32));
  private static final NodeId W2 = new NodeId("w2");

  private final TestCluster cluster = new TestCluster("c1");
  private final NodeIdentity one = cluster.identity("w1", Role.WORKER);
  private final DataPasses ones = new DataPasses(one);
  private final DataPasses twos = new DataPasses(cluster.identity("w2", Role.WORKER));

  private String refusal(DataPasses by, String pass, ObjectId file) {
    return catchThrowableOfType(UserError.class, () -> by.check(pass, file)).because();
  }

  @Test
  void aPassIsGoodForOneNodeAndOneFile() {
    String pass = ones.issue(W2, FILE);
    assertThat(twos.check(pass, FILE)).isEqualTo(new NodeId("w1"));
    assertThat(refusal(twos, pass, ObjectId.parse("cd".repeat(32)))).contains("another file");
    DataPasses threes = new DataPasses(cluster.identity("w3", Role.WORKER));
    assertThat(refusal(threes, pass, FILE)).contains("it is for w2");
  }

  @Test
  void aPassLivesShortlyHoweverClocksDiffer() {
    String pass = ones.issue(W2, FILE);
    cluster.clock.forward(DataPasses.LIFE.plus(Duration.ofSeconds(59)));
    assertThat(twos.check(pass, FILE)).isEqualTo(new NodeId("w1"));
    cluster.clock.forward(Duration.ofSeconds(2));
    assertThat(refusal(twos, pass, FILE)).contains("time");
  }

  @Test
  void aCurrentPassIsKeptForAWhileAndAlwaysGood() {
    String first = ones.current(W2, FILE);
    cluster.clock.forward(Duration.ofSeconds(20));
    assertThat(ones.current(W2, FILE)).isEqualTo(first);
    assertThat(ones.current(new NodeId("w3"), FILE)).isNotEqualTo(first);
    for (int minute = 0; minute < 10; minute++) {
      cluster.clock.forward(Duration.ofMinutes(1));
      assertThat(twos.check(ones.current(W2, FILE), FILE)).isEqualTo(new NodeId("w1"));
    }
  }

  @Test
  void aCredentialThatWasSeenIsOfNoUseWithoutItsKey() {
    String seen = ones.issue(W2, FILE).split("~", -1)[1];
    NodeIdentity thief = cluster.identity("w3", Role.WORKER);
    String forged = new DataPasses(thief).issue(W2, FILE).split("~", -1)[0] + "~" + seen;
    assertThat(refusal(twos, forged, FILE)).contains("not signed by w1");
  }

  @Test
  void strangersAndRevokedNodesAreRefused() {
    NodeIdentity stranger = new TestCluster("c2").identity("w1", Role.WORKER);
    assertThat(refusal(twos, new DataPasses(stranger).issue(W2, FILE), FILE))
        .contains("not of this cluster");
    String pass = ones.issue(W2, FILE);
    cluster.revoked.add("w1");
    assertThat(refusal(twos, pass, FILE)).contains("revoked");
    assertThat(refusal(twos, "a~b", FILE)).isNotEmpty();
    assertThat(refusal(twos, "a~b~c", FILE)).contains("3 parts");
  }
}
