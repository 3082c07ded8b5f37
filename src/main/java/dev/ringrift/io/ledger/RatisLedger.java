package dev.ringrift.io.ledger;

import dev.ringrift.agent.port.Clock;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.agent.port.Transport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.core.election.ElectionTimings;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Vocabulary;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/// The ledger of a voter: one member of an Apache Ratis group that speaks through our links.
///
/// Ratis gives agreement; this package adds what Ratis leaves open: authority that is fresh
/// (`Authority`, `VoteGuard`), disks that are checked before they vote (`LedgerFolder`,
/// `FolderCheck`), and a server that is opened again when it has closed itself (`LedgerWatch`).
public final class RatisLedger implements Ledger, AutoCloseable {
  /// How a ledger's folder comes to be.
  public enum Birth {
    /// Makes the folder and a group of this voter alone. Only for the first voter of a cluster,
    /// once: doing it again after the disk was lost would make a second cluster of the same name.
    FOUND,
    /// Makes the folder and waits to be added to a group by its leader.
    JOIN,
    /// Goes on with the folder, which must be there and whole.
    RESUME
  }

  /// What a ledger needs to know.
  ///
  /// @param folder of this ledger alone
  /// @param clusterId names the group
  /// @param snapshotEvery after how many commands the state is written and the log cut
  /// @param known the commands that this program reads
  public record Settings(
      Path folder,
      String clusterId,
      NodeId node,
      Birth birth,
      int snapshotEvery,
      Vocabulary known) {
    public static Settings of(Path folder, String clusterId, NodeId node, Birth birth) {
      return new Settings(folder, clusterId, node, birth, 5_000, Vocabulary.OWN);
    }

    public Settings withSnapshotEvery(int value) {
      return new Settings(folder, clusterId, node, birth, value, known);
    }

    public Settings withVocabulary(Vocabulary value) {
      return new Settings(folder, clusterId, node, birth, snapshotEvery, value);
    }
  }

  private final NodeId self;
  private final Clock clock;
  private final Authority authority;
  private final Transport transport;
  private final LedgerWatch watch;
  private final Proposals proposals;
  private final GroupChanges changes;

  private RatisLedger(
      NodeId self,
      Clock clock,
      Authority authority,
      Transport transport,
      LedgerWatch watch,
      Proposals proposals,
      GroupChanges changes) {
    this.self = self;
    this.clock = clock;
    this.authority = authority;
    this.transport = transport;
    this.watch = watch;
    this.proposals = proposals;
    this.changes = changes;
  }

  /// Opens the ledger, and serves the channel "ratis" of `transport`; to be called before its first
  /// link opens.
  ///
  /// @throws UserError when the folder is missing, damaged, in use, or not of this node
  public static RatisLedger open(Settings settings, Transport transport, Clock clock) {
    LedgerFolder folder =
        LedgerFolder.open(
            settings.folder(), settings.clusterId(), settings.node(), settings.birth());
    CommandCodec codec = new CommandCodec(settings.known());
    KeptTimings kept = folder.fresh() ? KeptTimings.NEW : KeptTimings.read(folder.root());
    Authority authority = new Authority();
    VoteGuard guard = new VoteGuard(kept.promised(), clock.nanos());
    LinkEndpoint endpoint = new LinkEndpoint(folder.self(), settings.clusterId(), clock, guard);
    LedgerWatch watch =
        LedgerWatch.start(
            folder,
            codec,
            kept,
            clock,
            authority,
            endpoint,
            (fresh, timings) ->
                LedgerServer.open(
                    folder,
                    fresh,
                    timings,
                    settings.snapshotEvery(),
                    codec,
                    new LinkRpc(transport, clock, timings, guard, authority)));
    transport.serve(Frame.CHANNEL, endpoint);
    return new RatisLedger(
        settings.node(),
        clock,
        authority,
        transport,
        watch,
        new Proposals(watch::server, codec, () -> watch.timings().append().multipliedBy(2)),
        new GroupChanges(watch::server, transport, settings.clusterId(), watch::timings));
  }

  /// Whether `folder` has a ledger, whole or not, so that it is to be resumed.
  public static boolean exists(Path folder) {
    return Files.exists(folder.resolve("identity.json"));
  }

  @Override
  public Standing standing() {
    return watch.server().standing(authority, clock.bootNanos());
  }

  @Override
  public <T> T read(Function<ClusterState, T> query) {
    return watch.server().machine().read(query);
  }

  /// A command of more than 1 MiB, or one that the cluster's version does not allow yet, is
  /// answered as rejected at index 0, without being proposed.
  @Override
  public void propose(Command command, Consumer<Proposal> done) {
    proposals.propose(command, done);
  }

  @Override
  public Map<NodeId, Progress> voters() {
    return watch.server().progress(authority);
  }

  @Override
  public void prioritise(Map<NodeId, Integer> priorities) {
    changes.prioritise(priorities);
  }

  @Override
  public void transfer(NodeId to) {
    changes.transfer(to);
  }

  @Override
  public void stepDown() {
    watch.stepDown();
  }

  @Override
  public void retime(NodeId voter, ElectionTimings timings) {
    LedgerServer leader = watch.server();
    if (!leader.leads()) {
      return;
    }
    if (voter.equals(self)) {
      watch.retime(timings);
      return;
    }
    long term = leader.division().getInfo().getCurrentTerm();
    byte[] wanted = Json.bytes(new LinkEndpoint.Retime(term, timings));
    byte[] request = new Frame(Frame.Kind.RETIME, wanted).bytes();
    var _ = transport.request(voter, Frame.CHANNEL, request, leader.timings().append());
  }

  /// Voters that come must run, with a link to the leader; each is asked for the id of its data
  /// folder. A voter whose folder was lost is taken out by one call and added by the next.
  @Override
  public void changeVoters(List<NodeId> voters, Consumer<Proposal> done) {
    changes.change(voters, done);
  }

  /// The id of a node's data folder, which tells whether a voter is still the one that was added.
  public CompletableFuture<String> folderOf(NodeId node) {
    return changes.ask(node).thenApply(PeerName::folder);
  }

  /// The voters by the newest configuration of the group that this voter knows. The state's list
  /// has their rank, and follows it.
  public List<NodeId> members() {
    return watch.server().group().stream()
        .map(peer -> PeerName.of(peer.getId()).node())
        .sorted()
        .toList();
  }

  /// What keeps this voter from taking part; empty when nothing does.
  public Optional<UserError> trouble() {
    return watch.trouble();
  }

  LedgerWatch watched() {
    return watch;
  }

  @Override
  public void close() throws IOException {
    watch.close();
    proposals.close();
  }
}
