package dev.ringrift.io.data.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.io.data.TestFiles;
import dev.ringrift.io.data.files.Jail;
import dev.ringrift.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The calls as aria2's manual describes them, without HTTP around them.
class CallsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path root;
  private final ScriptedEngine engine = new ScriptedEngine();
  private final List<String> events = new ArrayList<>();
  private Calls calls;

  @BeforeEach
  void start() {
    Downloads downloads = new Downloads(engine, 2);
    downloads.listen((event, gid) -> events.add(event));
    RpcSettings settings =
        new RpcSettings(root, SECRET, "/data/aria2.secret", "s1", "0.1.0", "scripted", 2);
    calls = new Calls(new Methods(downloads, new Jail(root), settings));
  }

  private JsonNode answer(String message) {
    return Json.tree(calls.answer(message).json().getBytes(StandardCharsets.UTF_8));
  }

  /// @param params JSON, without the secret
  private JsonNode ask(String method, String... params) {
    return answer(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"aria2.%s\",\"params\":[%s]}"
            .formatted(method, String.join(",", params)));
  }

  private JsonNode change(String method, String... params) {
    List<String> all = new ArrayList<>(List.of("\"token:" + SECRET + "\""));
    all.addAll(List.of(params));
    return ask(method, all.toArray(String[]::new));
  }

  private String add(String name) {
    return change("addUri", "[\"http://a/%s\",\"http://b/%s\"]".formatted(name, name))
        .path("result")
        .asString();
  }

  private String state(String gid) {
    return ask("tellStatus", "\"" + gid + "\"").path("result").path("status").asString();
  }

  private static String error(JsonNode answer) {
    assertThat(answer.has("result")).as("%s", answer).isFalse();
    return answer.path("error").path("message").asString();
  }

  @Test
  void seedsTwoLinesAreAnsweredWithoutASecret() {
    JsonNode stat =
        answer("{\"jsonrpc\":\"2.0\",\"method\":\"aria2.getGlobalStat\",\"id\":1}").path("result");
    assertThat(stat.path("numActive").asString()).isEqualTo("0");
    assertThat(stat.path("downloadSpeed").asString()).isEqualTo("0");
    JsonNode version =
        answer("{\"jsonrpc\":\"2.0\",\"method\":\"aria2.getVersion\",\"id\":1}").path("result");
    assertThat(version.path("version").asString()).isEqualTo(Methods.VERSION);
    assertThat(version.path("engine").asString()).isEqualTo("scripted");
  }

  @Test
  void whatChangesSomethingTakesTheSecret() {
    assertThat(error(ask("addUri", "[\"http://a/x\"]"))).contains("/data/aria2.secret");
    assertThat(error(ask("addUri", "\"token:wrong\"", "[\"http://a/x\"]"))).contains("Unauth");
    assertThat(error(ask("getVersion", "\"token:wrong\""))).contains("Unauth");
    assertThat(engine.fetches).isEmpty();
    for (String method :
        List.of(
            "addMetalink",
            "pause",
            "forcePause",
            "unpause",
            "remove",
            "forceRemove",
            "pauseAll",
            "unpauseAll",
            "changeUri",
            "removeDownloadResult",
            "purgeDownloadResult")) {
      assertThat(error(ask(method, "\"0123456789abcdef\""))).as(method).contains("Unauth");
    }
  }

  @Test
  void downloadGoesThroughItsLife() {
    String gid = add("x.pth");
    assertThat(gid).matches("[0-9a-f]{16}");
    JsonNode status = ask("tellStatus", "\"" + gid + "\"").path("result");
    assertThat(status.path("status").asString()).isEqualTo("active");
    assertThat(status.path("totalLength").asString()).isEqualTo("100");
    assertThat(status.path("completedLength").asString()).isEqualTo("40");
    assertThat(status.path("connections").asString()).isEqualTo("3");
    assertThat(status.path("files").path(0).path("path").asString())
        .isEqualTo(root.resolve("x.pth").toString());
    assertThat(ask("getGlobalStat").path("result").path("downloadSpeed").asString()).isEqualTo("7");
    engine.last().succeed();
    assertThat(state(gid)).isEqualTo("complete");
    JsonNode stopped = ask("tellStopped", "0", "10", "[\"gid\",\"completedLength\"]");
    assertThat(stopped.path("result").path(0).path("completedLength").asString()).isEqualTo("100");
    assertThat(stopped.path("result").path(0).size()).isEqualTo(2);
    assertThat(events).containsExactly("onDownloadStart", "onDownloadComplete");
    change("removeDownloadResult", "\"" + gid + "\"");
    assertThat(error(ask("tellStatus", "\"" + gid + "\""))).contains("is not found");
  }

  @Test
  void failureIsTold() {
    String gid = add("x");
    engine.last().fail("404");
    JsonNode status = ask("tellStatus", "\"" + gid + "\"").path("result");
    assertThat(status.path("status").asString()).isEqualTo("error");
    assertThat(status.path("errorMessage").asString()).contains("404");
    assertThat(events).containsExactly("onDownloadStart", "onDownloadError");
  }

  @Test
  void someRunAndTheOthersWaitTheirTurn() {
    String first = add("1");
    String second = add("2");
    String third = add("3");
    assertThat(List.of(state(first), state(second), state(third)))
        .containsExactly("active", "active", "waiting");
    change("pause", "\"" + first + "\"");
    assertThat(List.of(state(first), state(second), state(third)))
        .containsExactly("paused", "active", "active");
    change("unpause", "\"" + first + "\"");
    assertThat(state(first)).isEqualTo("waiting");
    change("remove", "\"" + second + "\"");
    assertThat(List.of(state(first), state(second))).containsExactly("active", "removed");
    assertThat(ask("tellWaiting", "0", "10").path("result")).isEmpty();
    assertThat(ask("tellActive").path("result")).hasSize(2);
    assertThat(events).contains("onDownloadPause", "onDownloadStop");
  }

  @Test
  void nextFetchWaitsUntilTheOldOneHasLetGoOfTheFile() {
    String gid = add("x");
    ScriptedEngine.Scripted old = engine.last();
    old.holdsOn = true;
    change("pause", "\"" + gid + "\"");
    change("unpause", "\"" + gid + "\"");
    assertThat(engine.fetches).hasSize(1);
    old.fail("cancelled");
    assertThat(engine.fetches).hasSize(2);
    assertThat(state(gid)).isEqualTo("active");
  }

  @Test
  void sourcesAreAddedToWhatRunsAndTakenByBeginningAgain() {
    String gid = add("x");
    JsonNode added =
        change("changeUri", "\"" + gid + "\"", "1", "[]", "[\"http://c/x\"]").path("result");
    assertThat(added.path(1).asInt()).isEqualTo(1);
    assertThat(engine.last().added).hasSize(1);
    JsonNode taken =
        change("changeUri", "\"" + gid + "\"", "1", "[\"http://a/x\"]", "[]").path("result");
    assertThat(taken.path(0).asInt()).isEqualTo(1);
    assertThat(engine.fetches).hasSize(2);
    assertThat(engine.last().request.sources())
        .extracting(source -> source.label())
        .containsExactly("b", "c");
    assertThat(ask("getUris", "\"" + gid + "\"").path("result")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"dir\":\"/etc\"}",
        "{\"dir\":\"..\"}",
        "{\"out\":\"../x\"}",
        "{\"out\":\"/etc/passwd\"}",
        "{\"out\":\".bashrc\"}",
        "{\"dir\":\"link\"}",
        "{\"dir\":\"a/../..\"}",
        "{\"out\":\"link/x\"}",
        "{\"on-download-complete\":\"/bin/sh\"}",
        "{\"log\":\"/tmp/x\"}",
        "{\"header\":\"A: b\\r\\nC: d\"}",
        "{\"checksum\":\"md5=00\"}"
      })
  void nothingIsWrittenOutsideTheRoot(String options) throws Exception {
    Files.createSymbolicLink(root.resolve("link"), Path.of("/tmp"));
    assertThat(error(change("addUri", "[\"http://a/x\"]", options))).isNotEmpty();
    assertThat(engine.fetches).isEmpty();
  }

  @Test
  void nameInAUriLeadsNowhereElse() {
    change("addUri", "[\"http://a/q/%2e%2e%2fx\"]");
    assertThat(engine.last().request.target()).isEqualTo(root.resolve("x"));
    assertThat(error(change("addUri", "[\"http://a/q/%2e%2e\"]"))).contains("dot");
    assertThat(error(change("addUri", "[\"file:///etc/passwd\"]"))).contains("http://");
  }

  @Test
  void checksumIsWhatTheFileIsVerifiedBy() {
    String hash = TestFiles.sha256(new byte[3]).toString();
    change("addUri", "[\"http://a/x\"]", "{\"checksum\":\"sha-256=" + hash + "\"}");
    assertThat(engine.last().request.expected())
        .isEqualTo(new Expected.Whole(TestFiles.sha256(new byte[3])));
  }

  @Test
  void metalinkWithoutHashesIsRefused() {
    String head = "<metalink xmlns='urn:ietf:params:xml:ns:metalink'><file name='m/x'>";
    String tail = "<url>http://a/x</url><url>ftp://a/x</url></file></metalink>";
    assertThat(error(metalink(head + tail))).contains("no SHA-256");
    String hash = "<hash type='sha-256'>" + TestFiles.sha256(new byte[3]) + "</hash>";
    JsonNode gids = metalink(head + hash + tail).path("result");
    assertThat(gids).hasSize(1);
    assertThat(engine.last().request.target()).isEqualTo(root.resolve("m/x"));
    assertThat(engine.last().request.sources()).hasSize(1);
    assertThat(error(change("addMetalink", "\"!!\""))).contains("base 64");
  }

  private JsonNode metalink(String document) {
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    return change("addMetalink", "\"" + Base64.getEncoder().encodeToString(bytes) + "\"");
  }

  @Test
  void batchesAndMulticallsAnswerEach() {
    JsonNode batch =
        answer(
            "[{\"id\":7,\"method\":\"aria2.getVersion\"},{\"id\":8},{\"id\":9,\"method\":\"x\"}]");
    assertThat(batch).hasSize(3);
    assertThat(batch.path(0).has("result")).isTrue();
    assertThat(batch.path(1).path("error").path("code").asInt()).isEqualTo(-32600);
    assertThat(batch.path(2).path("error").path("code").asInt()).isEqualTo(1);
    JsonNode multi =
        answer(
                "{\"id\":1,\"method\":\"system.multicall\",\"params\":[["
                    + "{\"methodName\":\"aria2.getGlobalStat\",\"params\":[]},"
                    + "{\"methodName\":\"aria2.addUri\",\"params\":[[\"http://a/x\"]]},"
                    + "{\"methodName\":\"system.multicall\",\"params\":[]}]]}")
            .path("result");
    assertThat(multi.path(0).path(0).has("numActive")).isTrue();
    assertThat(multi.path(1).path("message").asString()).contains("Unauthorized");
    assertThat(multi.path(2).path("message").asString()).contains("Recursive");
    String many = "[" + "{},".repeat(100) + "{}]";
    assertThat(calls.answer(many).status()).isEqualTo(400);
  }

  @Test
  void whatIsNoCallSaysSoAsAria2Does() {
    assertThat(calls.answer("{\"a\":").status()).isEqualTo(500);
    assertThat(answer("{\"a\":").path("error").path("code").asInt()).isEqualTo(-32700);
    assertThat(answer("{}").path("error").path("code").asInt()).isEqualTo(-32600);
    assertThat(answer("{}").path("id").isNull()).isTrue();
    assertThat(error(ask("shutdown"))).isEqualTo("No such method: aria2.shutdown");
    assertThat(error(ask("tellStatus"))).contains("parameter at 0");
  }

  @Test
  void passwordsInUrisAreNotShown() {
    String gid = change("addUri", "[\"http://me:pw@a/x\"]").path("result").asString();
    assertThat(ask("tellStatus", "\"" + gid + "\"").toString()).doesNotContain("pw");
    String signed = change("addUri", "[\"http://a/y?X-Signature=abc\"]").path("result").asString();
    assertThat(ask("tellStatus", "\"" + signed + "\"").toString())
        .contains("http://a/y?...")
        .doesNotContain("abc");
  }

  @Test
  void tellStoppedCountsFromTheEndToo() {
    add("1");
    engine.last().succeed();
    String last = add("2");
    engine.last().succeed();
    assertThat(ask("tellStopped", "-1", "1").path("result").path(0).path("gid").asString())
        .isEqualTo(last);
  }

  @Test
  void everyMethodIsListed() {
    JsonNode names = answer("{\"id\":1,\"method\":\"system.listMethods\"}").path("result");
    assertThat(names.toString()).contains("aria2.addMetalink", "system.multicall");
    assertThat(answer("{\"id\":1,\"method\":\"system.listNotifications\"}").path("result"))
        .hasSize(5);
  }
}
