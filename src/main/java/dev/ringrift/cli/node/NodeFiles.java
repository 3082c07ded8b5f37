package dev.ringrift.cli.node;

import dev.ringrift.agent.data.Depot;
import dev.ringrift.agent.data.FetchEngine;
import dev.ringrift.agent.data.Holdings;
import dev.ringrift.agent.data.Intake;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.config.AgentConfig;
import dev.ringrift.io.data.depot.NodeDepot;
import dev.ringrift.io.data.depot.Takings;
import dev.ringrift.io.data.files.FileHasher;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.HashCache;
import dev.ringrift.io.data.server.DataAccess;
import dev.ringrift.io.data.server.DataServer;
import dev.ringrift.io.data.server.Holders;
import dev.ringrift.io.data.swarm.PeerManifests;
import dev.ringrift.io.data.swarm.Proxy;
import dev.ringrift.io.data.swarm.SwarmEngine;
import dev.ringrift.io.data.swarm.SwarmSettings;
import dev.ringrift.io.gate.Door;
import dev.ringrift.io.trust.DataPasses;
import dev.ringrift.io.trust.NodeIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The files of a node: the folder that it serves, what it takes into it, and what it fetches.
///
/// @param store the served folder
/// @param holdings what can be given to others, whole or not
/// @param engine fetches what the cluster wants here
record NodeFiles(
    Depot depot, Intake intake, FileStore store, Holdings holdings, FetchEngine engine) {
  /// @param parts closes what is opened here
  static NodeFiles open(AgentConfig config, NodeFolder folder, NodeIdentity identity, Parts parts) {
    Path state = folder.dataState();
    FileHasher hasher = parts.add(new FileHasher(new HashCache(state.resolve("hashes"))));
    FileStore store = parts.add(FileStore.open(folder.data(), state, hasher));
    SwarmSettings ways =
        config
            .socksProxy()
            .or(config::httpProxy)
            .map(uri -> SwarmSettings.direct().through(Proxy.parse(uri.toString())))
            .orElseGet(SwarmSettings::direct);
    SwarmEngine engine = parts.add(new SwarmEngine(ways));
    DataPasses passes = new DataPasses(identity);
    NodeDepot depot =
        parts.add(
            NodeDepot.open(
                store,
                engine,
                new PeerManifests(ways)::get,
                state,
                (node, id) -> Map.of("Authorization", "Bearer " + passes.current(node, id)),
                budget(config, folder.data()),
                folder::workdir));
    Takings takings = new Takings(store, depot, state.resolve("inbox"));
    return new NodeFiles(
        depot, takings, store, id -> store.find(id).or(() -> engine.find(id)), engine);
  }

  private static long budget(AgentConfig config, Path folder) {
    try {
      return config.dataBudget().of(folder);
    } catch (IOException e) {
      throw new UserError(
          "cannot see how large the disk of %s is".formatted(folder),
          e.toString(),
          "set data_budget to a size, for example 500GB");
    }
  }

  /// Starts to give them to others.
  ///
  /// @param addresses where this node can be dialled, best first
  /// @return where they can fetch them; empty when that is nowhere
  String serve(
      AgentConfig config,
      NodeIdentity identity,
      List<String> addresses,
      Holders holders,
      Parts parts) {
    DataAccess access =
        new DataAccess(
            config.node().value(),
            identity.role().orElseThrow() == Role.WORKER,
            Set.of(config.node().value()),
            Bearers.data(identity.tokens()),
            new NodePasses(new DataPasses(identity)));
    DataServer server = parts.add(new DataServer(access, store, holdings, holders));
    int port = server.listen(config.bind(), config.dataPort(), Door.DIRECT);
    return addresses.stream().findFirst().map(address -> Reach.data(address, port)).orElse("");
  }
}
