package dev.ringrift.io.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.port.Ledger.Proposal;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import dev.ringrift.core.trust.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ApiTest {
  private static final Caller OPERATOR = Caller.link("alice", Role.OPERATOR);
  private static final Caller LOOPBACK = Caller.loopback("127.0.0.1");
  private static final String SUBMIT =
      """
      {"key": "k1", "spec": {"name": "hello", "run": ["echo", "hi"], "count": 3}}""";

  private final FakeCluster cluster = FakeCluster.ofFour();

  private ApiReply get(String node, String path) {
    return cluster.node(node).call("GET", path, "", LOOPBACK);
  }

  private ApiReply post(String node, String path, String body) {
    return cluster.node(node).call("POST", path, body, OPERATOR);
  }

  @Test
  void aSubmitToAFollowerIsCommittedByTheLeaderInTheCallersName() {
    ApiReply reply = post("v2", "/api/v1/jobs", SUBMIT);
    assertThat(reply.text()).isEqualTo("{\"id\":1}");
    assertThat(cluster.node("v1").ledger.proposed).hasSize(1);
    assertThat(cluster.state.job(1).orElseThrow().owner()).isEqualTo("alice");
    assertThat(cluster.state.tasksOf(1)).hasSize(3);
  }

  @Test
  void theSameKeyGivesTheSameJob() {
    assertThat(post("v1", "/api/v1/jobs", SUBMIT).text()).isEqualTo("{\"id\":1}");
    assertThat(post("v3", "/api/v1/jobs", SUBMIT).text()).isEqualTo("{\"id\":1}");
    assertThat(cluster.state.jobs()).hasSize(1);
  }

  @Test
  void withoutALinkToTheLeaderAnotherVoterHandsItOn() {
    cluster.cut("v2", "v1");
    assertThat(post("v2", "/api/v1/jobs", SUBMIT).status()).isEqualTo(200);
  }

  @Test
  void aCallTravelsNoFurtherThanTwoHops() {
    cluster.lead("");
    cluster.node("v1").view.leader = Optional.of(new NodeId("v2"));
    cluster.node("v2").view.leader = Optional.of(new NodeId("v1"));
    assertThat(post("v1", "/api/v1/jobs", SUBMIT).status()).isEqualTo(503);
    assertThat(cluster.node("v1").requests).hasSize(1);
    assertThat(cluster.node("v2").requests).hasSize(1);
  }

  @Test
  void withoutALeaderAChangeIsRefusedAndSaysThatNothingHappened() {
    cluster.lead("");
    ApiReply reply = post("v2", "/api/v1/jobs", SUBMIT);
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.tree().path("error").asString()).contains("no leader");
    assertThat(reply.tree().path("mend").asString()).contains("nothing was done");
  }

  @Test
  void anUnclearChangeSaysThatItMayHaveHappenedAndThatRepeatingIsSafe() {
    cluster.node("v1").ledger.answer = Optional.of(new Proposal.Unclear("the leader changed"));
    JsonNode reply = post("v2", "/api/v1/jobs", SUBMIT).tree();
    assertThat(post("v2", "/api/v1/jobs", SUBMIT).status()).isEqualTo(503);
    assertThat(reply.path("because").asString()).isEqualTo("the leader changed");
    assertThat(reply.path("mend").asString()).contains("may or may not").contains("same key");
  }

  @Test
  void aLeaderThatLostItsOfficeHandsTheChangeToTheNewOne() {
    cluster.lead("v3");
    cluster.node("v1").ledger.leading = true;
    cluster.node("v1").ledger.answer = Optional.of(new Proposal.NotLeader(Optional.empty()));
    assertThat(post("v1", "/api/v1/jobs", SUBMIT).status()).isEqualTo(200);
    assertThat(cluster.node("v3").ledger.proposed).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/jobs",
        "/api/v1/jobs/cancel",
        "/api/v1/jobs/retry",
        "/api/v1/nodes/w1/drain",
        "/api/v1/cluster/step-down",
        "/api/v1/cluster/voters",
        "/api/v1/revoke"
      })
  void onlyAProvedAndEntitledCallerChangesAnything(String path) {
    for (Caller caller :
        List.of(LOOPBACK, Caller.tailnet("100.64.0.9"), Caller.stranger("10.0.0.1"))) {
      assertThat(cluster.node("v1").call("POST", path, "{}", caller).status()).isEqualTo(401);
    }
    for (Caller caller :
        List.of(
            Caller.link("w1", Role.WORKER),
            Caller.link("v2", Role.VOTER),
            Caller.link("bob", Role.VIEWER),
            Caller.token("ci", Set.of(Caller.READ)))) {
      assertThat(cluster.node("v1").call("POST", path, "{}", caller).status()).isEqualTo(403);
    }
    ApiReply atWorker = cluster.node("w1").call("POST", path, "{}", OPERATOR);
    assertThat(atWorker.status()).isEqualTo(403);
    assertThat(atWorker.tree().path("error").asString()).contains("a worker changes nothing");
    assertThat(cluster.node("v1").ledger.proposed).isEmpty();
    assertThat(cluster.node("v1").ledger.steppedDown).hasValue(0);
  }

  @Test
  void theScopeSubmitChangesJobsAndNothingElse() {
    Caller ci = Caller.token("ci", Set.of(Caller.SUBMIT));
    FakeCluster.Node leader = cluster.node("v1");
    assertThat(leader.call("POST", "/api/v1/jobs", SUBMIT, ci).status()).isEqualTo(200);
    assertThat(leader.call("POST", "/api/v1/nodes/w1/drain", "", ci).status()).isEqualTo(403);
    Caller admin = Caller.token("ci", Set.of(Caller.ADMIN));
    assertThat(leader.call("POST", "/api/v1/nodes/w1/drain", "", admin).status()).isEqualTo(200);
  }

  @Test
  void theTailnetSeesTheStatusAndNoJobs() {
    Caller phone = Caller.tailnet("100.64.0.9");
    FakeCluster.Node leader = cluster.node("v1");
    for (String open : List.of("/health", "/cluster/status", "/metrics", "/")) {
      assertThat(leader.call("GET", open, "", phone).status()).as(open).isEqualTo(200);
    }
    for (String closed : List.of("/api/v1/jobs", "/api/v1/events", "/api/v1/nodes")) {
      assertThat(leader.call("GET", closed, "", phone).status()).as(closed).isEqualTo(401);
    }
  }

  @Test
  void aWorkerCannotSpeakForAnOperator() throws Exception {
    ApiCall forged = ApiCall.post("/api/v1/jobs", SUBMIT, OPERATOR);
    byte[] answer =
        cluster
            .node("w1")
            .transport
            .request(
                new NodeId("v1"),
                ApiOverLinks.CHANNEL,
                ApiWire.encode(forged, true),
                Duration.ofSeconds(5))
            .get();
    assertThat(ApiWire.reply(answer).status()).isEqualTo(403);
    assertThat(cluster.state.jobs()).isEmpty();
  }

  @Test
  void anOperatorsCommandSaysWhoGaveItAndNothingElse() {
    Transport.Peer command = new Transport.Peer(new NodeId("operator-7"), Role.OPERATOR);
    ApiCall call = ApiCall.post("/api/v1/jobs", SUBMIT, Caller.link("ann@laptop", Role.OPERATOR));
    assertThat(ApiWire.call(ApiWire.encode(call, true), command).caller())
        .isEqualTo(Caller.link("ann@laptop", Role.OPERATOR));
    ApiCall odd = ApiCall.post("/api/v1/jobs", SUBMIT, Caller.link("a\nb", Role.OPERATOR));
    assertThat(ApiWire.call(ApiWire.encode(odd, true), command).caller().name())
        .isEqualTo("operator-7");
    Transport.Peer viewer = new Transport.Peer(new NodeId("bob"), Role.VIEWER);
    assertThat(ApiWire.call(ApiWire.encode(call, true), viewer).caller())
        .isEqualTo(Caller.link("bob", Role.VIEWER));
  }

  @Test
  void aWorkerReadsJobsAndEventsThroughAVoter() {
    cluster.submit(2);
    assertThat(get("w1", "/api/v1/jobs/last").tree().path("tasks")).hasSize(2);
    assertThat(get("w1", "/api/v1/events").tree()).isNotEmpty();
    assertThat(get("w1", "/api/v1/jobs?local=1").status()).isEqualTo(421);
  }

  @Test
  void nodesAreChangedByTheOperatorsWord() {
    post("v2", "/api/v1/nodes/w1/drain", "{\"reason\": \"new disk\"}");
    assertThat(record("w1").drainReason()).isEqualTo("new disk");
    post("v2", "/api/v1/nodes/w1/undrain", "");
    assertThat(record("w1").drainReason()).isEmpty();
    post("v2", "/api/v1/nodes/w1/gone", "{\"reason\": \"sold\"}");
    assertThat(record("w1").word()).isEqualTo(NodeRecord.Word.GONE);
    post("v2", "/api/v1/nodes/w1/remove", "");
    assertThat(cluster.state.nodes()).doesNotContainKey(new NodeId("w1"));
    assertThat(post("v2", "/api/v1/nodes/w9/drain", "").status()).isEqualTo(404);
    assertThat(post("v2", "/api/v1/nodes/v3/paint", "").status()).isEqualTo(404);
  }

  private NodeRecord record(String node) {
    return cluster.state.nodes().get(new NodeId(node));
  }

  @Test
  void votersChangeOneAtATimeAndMustHaveAVotersCredential() {
    String path = "/api/v1/cluster/voters";
    answering("v1", "v2", "v3");
    assertThat(post("v1", path, "{\"remove\": \"v3\"}").status()).isEqualTo(200);
    assertThat(cluster.state.voters()).hasToString("[v1, v2]");
    assertThat(post("v1", path, "{\"add\": \"v3\"}").status()).isEqualTo(200);
    assertThat(cluster.state.voters()).hasToString("[v1, v2, v3]");
    assertThat(post("v1", path, "{\"add\": \"w1\"}").status()).isEqualTo(409);
    assertThat(post("v1", path, "{\"add\": \"v3\"}").status()).isEqualTo(409);
    assertThat(post("v1", path, "{\"add\": \"v9\"}").status()).isEqualTo(404);
    assertThat(post("v1", path, "{\"add\":\"a\",\"remove\":\"b\"}").status()).isEqualTo(400);
  }

  @Test
  void aVoterWithoutWhomNoMajorityWouldAnswerIsNotRemoved() {
    String path = "/api/v1/cluster/voters";
    answering("v1", "v2");
    ApiReply refused = post("v1", path, "{\"remove\": \"v2\"}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text()).contains("v2 is needed").contains("[v3]");
    assertThat(cluster.state.voters()).hasToString("[v1, v2, v3]");
    assertThat(post("v1", path, "{\"remove\": \"v3\"}").status()).isEqualTo(200);
  }

  /// The leader hears these voters, and the others no more.
  private void answering(String... voters) {
    Map<NodeId, Ledger.Progress> progress = new TreeMap<>();
    for (String voter : List.of("v1", "v2", "v3")) {
      long silent = List.of(voters).contains(voter) ? 0 : Duration.ofMinutes(1).toNanos();
      progress.put(new NodeId(voter), new Ledger.Progress(0, silent, Optional.empty()));
    }
    cluster.node("v1").ledger.progress = progress;
  }

  @Test
  void theLeaderStepsDownWhenTold() {
    assertThat(post("v2", "/api/v1/cluster/step-down", "").status()).isEqualTo(202);
    assertThat(cluster.node("v1").ledger.steppedDown).hasValue(1);
  }

  @Test
  void aRevokedCredentialIsInTheState() {
    post("v2", "/api/v1/revoke", "{\"id\": \"w1\", \"reason\": \"stolen\"}");
    assertThat(cluster.state.revoked("w1")).contains("stolen");
  }

  @Test
  void theClusterTellsItsIdAndVoters() {
    JsonNode reply = get("v2", "/api/v1/cluster").tree();
    assertThat(reply.path("id").asString()).isEqualTo("id-1");
    assertThat(reply.path("name").asString()).isEqualTo("lab");
    assertThat(reply.path("voters")).hasSize(3);
    assertThat(reply.path("election_timeout_ms").asInt()).isEqualTo(150);
    assertThat(reply.path("lease_s").asInt()).isEqualTo(30);
  }

  @Test
  void eventsAreNumberedAndReadFromAnyPlace() {
    cluster.submit(1);
    JsonNode all = get("v3", "/api/v1/events").tree();
    long last = all.get(all.size() - 1).path("seq").asLong();
    assertThat(all.get(0).path("seq").asLong()).isEqualTo(1);
    assertThat(get("v3", "/api/v1/events?after=" + last).tree()).isEmpty();
    assertThat(get("v3", "/api/v1/events?after=0&limit=1").tree().get(0).path("seq").asLong())
        .isEqualTo(1);
    assertThat(get("v3", "/api/v1/events?limit=1").tree().get(0).path("seq").asLong())
        .isEqualTo(last);
  }

  @Test
  void whatIsNotThereIsSaidWithWhereToLook() {
    assertThat(get("v1", "/api/v2").status()).isEqualTo(404);
    assertThat(post("v1", "/health", "").status()).isEqualTo(405);
    assertThat(get("v1", "/api/v1/events?after=x").status()).isEqualTo(400);
    assertThat(get("v1", "/api/v1/events?limit=0").tree().path("mend").asString())
        .isEqualTo("use 1 to 5000");
  }

  @Test
  void aCommandThatTheStateRefusesIsAConflictWithTheReason() {
    cluster.node("v1").ledger.leading = true;
    String after = "{\"key\": \"k\", \"spec\": {\"run\": [\"true\"], \"after\": [77]}}";
    ApiReply reply = post("v1", "/api/v1/jobs", after);
    assertThat(reply.status()).isEqualTo(409);
    assertThat(reply.tree().path("because").asString()).contains("77");
    assertThat(cluster.node("v1").ledger.proposed.getFirst()).isInstanceOf(Command.Submit.class);
  }
}
