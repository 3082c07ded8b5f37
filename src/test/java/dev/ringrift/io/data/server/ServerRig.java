package dev.ringrift.io.data.server;

import dev.ringrift.agent.data.Holding;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.trust.Caller;
import dev.ringrift.io.data.files.FileHasher;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.HashCache;
import dev.ringrift.io.data.files.ServedFile;
import dev.ringrift.io.gate.Door;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A data server with a store, on a port of its own.
final class ServerRig implements AutoCloseable {
  final Path folder;
  final Path root;
  final FileHasher hasher;
  final FileStore store;
  final Map<ObjectId, Holding> fetching = new ConcurrentHashMap<>();
  final List<URI> holders = new ArrayList<>();
  final DataServer server;
  final int port;

  ServerRig(Path folder, int slots, int idleSeconds, Door door) {
    this(folder, DataServer.slots(slots, UploadSlots.LOOK), idleSeconds, door);
  }

  ServerRig(Path folder, UploadSlots slots, int idleSeconds, Door door) {
    this.folder = folder;
    this.root = folder.resolve("data");
    this.hasher = new FileHasher(new HashCache(folder.resolve("state/hashes")));
    this.store = FileStore.open(root, folder.resolve("state"), hasher);
    this.server =
        new DataServer(
            new DataAccess("w1", true, Set.of("w1"), ServerRig::token, new Passes()),
            store,
            id -> store.find(id).or(() -> Optional.ofNullable(fetching.get(id))),
            id -> List.copyOf(holders),
            slots,
            idleSeconds);
    this.port = server.listen("127.0.0.1", 0, door);
  }

  private static Caller token(String jwt) {
    return switch (jwt) {
      case "data" -> Caller.token("curl", Set.of(Caller.DATA));
      case "read" -> Caller.token("grafana", Set.of(Caller.READ));
      case "none" -> Caller.token("nobody", Set.of());
      case "admin" -> Caller.token("root", Set.of(Caller.ADMIN));
      default -> throw new UserError("the token is not good", "it has expired", "make another");
    };
  }

  /// A pass is `pass~` and the id of the file that it is for.
  private static final class Passes implements PassCheck {
    @Override
    public boolean isPass(String shown) {
      return shown.contains("~");
    }

    @Override
    public String check(String shown, ObjectId id) {
      if (!shown.equals("pass~" + id)) {
        throw new UserError("the pass is refused", "it is for another file", "");
      }
      return "w2";
    }
  }

  ServedFile publish(String name, byte[] content) throws Exception {
    Path file = folder.resolve("given-" + name.replace('/', '-'));
    Files.write(file, content);
    return store.publish(new RelativePath(name), file, read -> {});
  }

  RawClient.Answer get(String path, String... headers) throws IOException {
    return RawClient.ask(port, "GET", path, headers);
  }

  @Override
  public void close() throws IOException {
    server.close();
    store.close();
    hasher.close();
  }
}
