package dev.ringrift.e2e;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.data.files.FileHasher;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.HashCache;
import dev.ringrift.io.data.files.ServedFile;
import dev.ringrift.io.data.server.DataAccess;
import dev.ringrift.io.data.server.DataServer;
import dev.ringrift.io.data.server.PassCheck;
import dev.ringrift.io.data.swarm.SwarmEngine;
import dev.ringrift.io.data.swarm.SwarmSettings;
import dev.ringrift.io.gate.Door;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/// The data side of a node as a program of its own, for measurements: a data server and a swarm
/// engine over one folder. `FOLDER HOST PORT`; what to do comes as lines, and each is answered by
/// one.
final class BenchNode {
  /// What it lets in.
  static final String TOKEN = "bench";

  private static final Map<String, String> HEADERS = Map.of("Authorization", "Bearer " + TOKEN);

  private final FileStore store;
  private final SwarmEngine engine;

  private BenchNode(FileStore store, SwarmEngine engine) {
    this.store = store;
    this.engine = engine;
  }

  public static void main(String[] words) throws Exception {
    Path folder = Path.of(words[0]);
    try (FileHasher hasher = new FileHasher(new HashCache(folder.resolve("state/hashes")));
        FileStore store = FileStore.open(folder.resolve("data"), folder.resolve("state"), hasher);
        SwarmEngine engine = new SwarmEngine(SwarmSettings.direct());
        DataServer server =
            new DataServer(
                new DataAccess("bench", true, Set.of(), BenchNode::token, new NoPasses()),
                store,
                id -> store.find(id).or(() -> engine.find(id)),
                id -> List.of())) {
      int port = server.listen(words[1], Integer.parseInt(words[2]), Door.DIRECT);
      System.out.println("ok " + port);
      BenchNode node = new BenchNode(store, engine);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(node.answer(List.of(line.split(" "))));
      }
    }
  }

  private String answer(List<String> words) throws Exception {
    return switch (words.getFirst()) {
      case "publish" -> publish(words.get(1), Path.of(words.get(2)), Path.of(words.get(3)));
      case "fetch" -> fetch(words.get(1), Path.of(words.get(2)), words.subList(3, words.size()));
      case "keep" -> keep(words.get(1), Path.of(words.get(2)));
      case "remove" -> "ok " + store.remove(new RelativePath(words.get(1)));
      default -> "failed: no such order " + words;
    };
  }

  /// `publish NAME FILE MANIFEST`: writes the manifest into a file, and the hash of the whole into
  /// one beside it.
  private String publish(String name, Path file, Path manifest) throws Exception {
    ServedFile served = store.publish(new RelativePath(name), file, read -> {});
    Files.write(manifest, served.manifest().encoded());
    Files.writeString(whole(manifest), served.sha256().toString());
    return "ok " + served.id();
  }

  /// `fetch NAME MANIFEST SOURCE...`, a source being `url:URL`, `holder:BASE` or `peer:BASE`, the
  /// first of which has all: answers with the seconds and what each gave.
  private String fetch(String name, Path manifest, List<String> from) throws Exception {
    Expected expected =
        new Expected.Pieces(Manifest.decode(Files.readAllBytes(manifest)), Optional.empty());
    List<Source> sources = new ArrayList<>();
    for (String each : from) {
      URI uri = URI.create(each.substring(each.indexOf(':') + 1));
      sources.add(
          each.startsWith("url:")
              ? new Source.Url(uri, HEADERS)
              : new Source.Peer(uri, uri.getAuthority(), each.startsWith("holder:"), HEADERS));
    }
    Path target = store.place(new RelativePath(name));
    try {
      Fetch.Result done = engine.fetch(new FetchRequest(target, expected, sources)).result().join();
      StringBuilder said = new StringBuilder();
      said.append("ok %.4f".formatted(done.duration().toNanos() / 1e9));
      done.sources().forEach(s -> said.append(" %s=%d".formatted(s.label(), s.bytes())));
      return said.toString();
    } catch (CompletionException e) {
      String why = e.getCause() instanceof UserError known ? known.text() : e.toString();
      return "failed: " + why.replace('\n', ';');
    }
  }

  /// `keep NAME MANIFEST`: serves what was fetched, without reading it again.
  private String keep(String name, Path manifest) throws Exception {
    RelativePath path = new RelativePath(name);
    Path file = store.place(path);
    Sha256 sha256 = Sha256.parse(Files.readString(whole(manifest)));
    store.remember(file, Manifest.decode(Files.readAllBytes(manifest)), sha256);
    return "ok " + store.publish(path, file, read -> {}).id();
  }

  private static Path whole(Path manifest) {
    return manifest.resolveSibling(manifest.getFileName() + ".sha256");
  }

  private static Caller token(String shown) {
    if (!shown.equals(TOKEN)) {
      throw new UserError("the token is not good", "it is not the one of this measurement", "");
    }
    return Caller.token("bench", Set.of(Caller.DATA));
  }

  private static final class NoPasses implements PassCheck {
    @Override
    public boolean isPass(String shown) {
      return false;
    }

    @Override
    public String check(String shown, ObjectId id) {
      throw new UserError("there are no passes here", "", "");
    }
  }
}
