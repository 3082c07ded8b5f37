package dev.ringrift.io.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.agent.view.DataView;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.trust.Caller;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DataApiTest {
  private static final Caller OPERATOR = Caller.link("op", Role.OPERATOR);
  private static final Caller SUBMITTER = Caller.token("bob", Set.of(Caller.SUBMIT));
  private static final Caller READER = Caller.token("eve", Set.of(Caller.READ));
  private static final String ID = "ab".repeat(32);
  private static final String OLD = "cd".repeat(32);

  private final FakeCluster cluster = FakeCluster.ofFour();

  private ApiReply post(String node, String path, String body, Caller caller) {
    return cluster.node(node).call("POST", path, body, caller);
  }

  private ApiReply publish(String id, Caller caller) {
    return post(
        "v1",
        "/api/v1/data/publish",
        """
        {"name": "models/a", "id": "%s", "size_bytes": 10, "sha256": "%s", "node": "w1"}
        """
            .formatted(id, id),
        caller);
  }

  private JsonNode get(String path) {
    ApiReply reply = cluster.node("v2").call("GET", path, "", READER);
    assertThat(reply.ok()).as(reply.text()).isTrue();
    return reply.tree();
  }

  private static DataView.OnNode holds(String id, FetchReport... fetches) {
    ObjectId object = ObjectId.parse(id);
    return new DataView.OnNode(
        "", Set.of(object), List.of(new Depot.Spare(object, 10)), List.of(fetches), Set.of());
  }

  @Test
  void whatIsPublishedIsListedAndKeptWhereItWasPublished() {
    assertThat(publish(ID, SUBMITTER).ok()).isTrue();
    JsonNode name = get("/api/v1/data").get(0);
    assertThat(name.path("name").asString()).isEqualTo("models/a");
    assertThat(name.path("publisher").asString()).isEqualTo("bob");
    assertThat(name.path("keep_on").get(0).asString()).isEqualTo("w1");
  }

  @Test
  void aReaderAndAWorkerPublishNothing() {
    assertThat(publish(ID, READER).status()).isEqualTo(403);
    assertThat(publish(ID, Caller.link("w1", Role.WORKER)).status()).isEqualTo(403);
    assertThat(publish(ID, Caller.loopback("127.0.0.1")).status()).isEqualTo(401);
    assertThat(cluster.state.data()).isEmpty();
  }

  @Test
  void theHoldersOfAnIdAreToldWithTheirServers() {
    FakeFiles files = cluster.node("v1").files;
    files.known.put(
        new NodeId("w1"),
        new DataView.OnNode(
            "http://w1:8766", Set.of(ObjectId.parse(ID)), List.of(), List.of(), Set.of()));
    files.known.put(
        new NodeId("v3"), new DataView.OnNode("", Set.of(), List.of(), List.of(), Set.of()));
    JsonNode holders = get("/api/v1/data/holders?id=" + ID);
    assertThat(holders.size()).isEqualTo(1);
    assertThat(holders.get(0).path("node").asString()).isEqualTo("w1");
    assertThat(holders.get(0).path("data").asString()).isEqualTo("http://w1:8766");
    assertThat(cluster.node("v2").call("GET", "/api/v1/data/holders?id=x", "", READER).status())
        .isEqualTo(400);
  }

  @Test
  void whoHasItAndFromWhomTheyTookItIsShown() {
    publish(ID, OPERATOR);
    FetchReport fetch =
        new FetchReport(
            ObjectId.parse(ID),
            "models/a",
            FetchReport.State.FETCHING,
            10,
            4,
            4,
            2,
            List.of(new FetchReport.Given("w1", 4)),
            "");
    FakeFiles files = cluster.node("v1").files;
    files.known.put(new NodeId("w1"), holds(ID));
    files.known.put(
        new NodeId("v2"), new DataView.OnNode("", Set.of(), List.of(), List.of(fetch), Set.of()));
    files.known.put(
        new NodeId("v3"), new DataView.OnNode("", Set.of(), List.of(), List.of(), Set.of()));
    JsonNode file = get("/api/v1/data/file?name=models/a");
    assertThat(file.path("holders").size()).isEqualTo(1);
    assertThat(file.path("nodes").size()).isEqualTo(2);
    assertThat(file.path("nodes").get(0).path("sources").get(0).path("node").asString())
        .isEqualTo("w1");
    assertThat(file.path("nodes").get(1).path("state").asString()).isEqualTo("whole");
    assertThat(file.path("unheard").toString()).isEqualTo("[\"v1\",\"gpu-1\"]");
    files.known.put(new NodeId("gpu-1"), holds(ID));
    assertThat(get("/api/v1/data/file?name=models/a").path("unheard").toString())
        .isEqualTo("[\"v1\"]");
    files.known.remove(new NodeId("gpu-1"));
    JsonNode fetches = get("/api/v1/data/fetches");
    assertThat(fetches.size()).isEqualTo(1);
    String node = fetches.get(0).path("node").asString();
    assertThat(fetches.get(0).path("sources").get(0).path("node").asString()).isEqualTo("w1");
    assertThat(get("/api/v1/data/fetches?node=" + node).size()).isEqualTo(1);
    assertThat(get("/api/v1/data/fetches?node=v9").size()).isZero();
  }

  @Test
  void aFileIsTakenByTheNodeThatHasItAndOnlyForAnAdministrator() {
    String body = "{\"node\": \"w1\", \"name\": \"models/a\", \"path\": \"/tmp/a\"}";
    ApiReply first = post("v2", "/api/v1/data/take", body, OPERATOR);
    assertThat(first.tree().path("done_bytes").asLong()).isEqualTo(5);
    assertThat(post("v2", "/api/v1/data/take", body, OPERATOR).tree().path("id").asString())
        .isEqualTo(ID);
    assertThat(cluster.node("w1").files.taken).containsOnly("models/a /tmp/a");
    assertThat(post("v2", "/api/v1/data/take", body, SUBMITTER).status()).isEqualTo(403);
    assertThat(post("w1", "/api/v1/data/take", body, OPERATOR).status()).isEqualTo(403);
  }

  @Test
  void allMeansTheNodesThatAreThereNow() {
    publish(ID, OPERATOR);
    ApiReply reply =
        post("v1", "/api/v1/data/keep", "{\"name\": \"models/a\", \"add\": \"all\"}", OPERATOR);
    assertThat(reply.tree().path("nodes").size()).isEqualTo(4);
    assertThat(cluster.state.data().get(new DataName("models/a")).keepOn()).hasSize(4);
  }

  @Test
  void tidyingGivesUpWhatNoNameMeansAndADryRunNothing() {
    publish(OLD, OPERATOR);
    publish(ID, OPERATOR);
    FakeFiles files = cluster.node("v1").files;
    files.known.put(new NodeId("w1"), holds(OLD));
    files.known.put(new NodeId("v2"), holds(ID));
    ApiReply dry = post("v1", "/api/v1/data/gc", "{\"dry_run\": true}", OPERATOR);
    assertThat(dry.tree().size()).isEqualTo(1);
    assertThat(dry.tree().get(0).path("node").asString()).isEqualTo("w1");
    assertThat(files.givenUp).isEmpty();
    post("v1", "/api/v1/data/gc", "{}", OPERATOR);
    assertThat(files.givenUp).containsExactly(ObjectId.parse(OLD));
  }

  @Test
  void aNameThatIsTakenAwayLosesItsCopies() {
    publish(ID, OPERATOR);
    post("v1", "/api/v1/data/unpublish", "{\"name\": \"models/a\"}", OPERATOR);
    assertThat(cluster.state.data()).isEmpty();
    assertThat(cluster.node("v1").files.givenUp).containsExactly(ObjectId.parse(ID));
  }

  @Test
  void badNamesAndIdsAreRefusedInWords() {
    assertThat(publish("xyz", OPERATOR).status()).isEqualTo(400);
    assertThat(post("v1", "/api/v1/data/unpublish", "{\"name\": \"../a\"}", OPERATOR).status())
        .isEqualTo(400);
    assertThat(cluster.node("v1").call("GET", "/api/v1/data/file?name=none", "", READER).status())
        .isEqualTo(404);
  }
}
