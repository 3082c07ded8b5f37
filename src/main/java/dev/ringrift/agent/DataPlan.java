package dev.ringrift.agent;

import dev.ringrift.agent.data.CopyOrder;
import dev.ringrift.agent.data.FetchReport;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.Content;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.Spread;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.Job;
import dev.ringrift.core.jobs.JobFiles;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.DataRecord;
import dev.ringrift.core.ledger.NodeRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Which files each node is to fetch and from whom, at one moment: follows from the ledger and from
/// what the nodes reported.
final class DataPlan {
  private static final int COPIES_SAFE = 2;

  private final ClusterState state;
  private final Map<NodeId, Stock> stocks;
  private final Set<NodeId> able = new TreeSet<>();
  private final Map<NodeId, String> servers = new TreeMap<>();
  private final Map<NodeId, Set<Wanted>> wanted = new HashMap<>();
  private final Map<ObjectId, Content> contents = new HashMap<>();
  private final Map<ObjectId, Keeping> keepers = new HashMap<>();
  private final Map<ObjectId, Holders> holders = new HashMap<>();
  private final Map<NodeId, Set<ObjectId>> inUse = new HashMap<>();

  /// @param well whether a node is heard
  DataPlan(ClusterState state, Map<NodeId, Stock> stocks, Predicate<NodeId> well) {
    this.state = state;
    this.stocks = stocks;
    for (NodeRecord record : state.nodes().values()) {
      if (well.test(record.id()) && stocks.containsKey(record.id())) {
        able.add(record.id());
        String url = stock(record.id()).url();
        if (!url.isEmpty()) {
          servers.put(record.id(), url);
        }
      }
    }
    for (DataRecord record : state.data().values()) {
      record.versions().forEach(v -> contents.put(v.content().id(), v.content()));
      want(record);
      keepers.merge(
          record.newest().content().id(),
          new Keeping(Set.copyOf(record.keepOn()), copies(record)),
          Keeping::and);
    }
    for (Job job : state.jobs().values()) {
      job.spec().files().folder().filter(f -> !state.ended(job.id())).ifPresent(this::wantFolder);
    }
    for (Map.Entry<NodeId, Stock> entry : stocks.entrySet()) {
      for (FetchReport fetch : entry.getValue().fetches()) {
        more(entry.getKey(), fetch);
      }
    }
  }

  private void want(DataRecord record) {
    Content content = record.newest().content();
    String name = record.name().value();
    Set<NodeId> have = new TreeSet<>(holders(content.id()).whole());
    for (NodeId node : Spread.missing(content.id(), record.keepOn(), copies(record), have, able)) {
      want(node, new Wanted(content, name));
    }
    for (NodeId node : record.keepOn()) {
      if (have.contains(node) && !stock(node).has(content.id(), name)) {
        want(node, new Wanted(content, name)); // it has the content, and maybe not the name
      }
    }
  }

  /// A job's folder was sent to one voter, and others would wait for that one when it is gone.
  private void wantFolder(Content folder) {
    keep(folder, COPIES_SAFE);
    List<NodeId> voters = state.voters().stream().filter(able::contains).toList();
    Set<NodeId> have = holders(folder.id()).whole();
    for (NodeId node : Spread.missing(folder.id(), List.of(), COPIES_SAFE, have, voters)) {
      want(node, new Wanted(folder, ""));
    }
  }

  /// Whether a node other than the one that made it has it whole; if not, one is told to fetch it.
  ///
  /// @param to where it is to go; else voters, since they are not rented, and else any
  boolean secured(NodeId maker, Content content, Collection<NodeId> to) {
    keep(content, 1);
    Set<NodeId> have = holders(content.id()).whole();
    if (have.stream().anyMatch(node -> !node.equals(maker))) {
      return true;
    }
    List<NodeId> places =
        Stream.of(to, state.voters(), able)
            .map(nodes -> nodes.stream().filter(node -> mayTake(node, maker)).toList())
            .filter(nodes -> !nodes.isEmpty())
            .findFirst()
            .orElse(List.of());
    for (NodeId node : Spread.missing(content.id(), List.of(), 1, Set.of(), places)) {
      want(node, new Wanted(content, ""));
    }
    return false;
  }

  private boolean mayTake(NodeId node, NodeId maker) {
    return able.contains(node) && !node.equals(maker);
  }

  /// The most that another node than the one that made it has of a content, in bytes.
  long reachedBytes(NodeId maker, Content content) {
    long most = 0;
    for (Map.Entry<NodeId, Stock> entry : stocks.entrySet()) {
      if (!entry.getKey().equals(maker)) {
        most = Math.max(most, entry.getValue().reachedBytes(content));
      }
    }
    return most;
  }

  private void keep(Content content, int copies) {
    contents.put(content.id(), content);
    keepers.merge(content.id(), new Keeping(Set.of(), copies), Keeping::and);
  }

  /// What a node fetches for a reason of its own, as a job's input, needs sources too.
  private void more(NodeId node, FetchReport fetch) {
    Content content = contents.get(fetch.id());
    if (content != null && fetch.state() != FetchReport.State.DONE) {
      want(node, new Wanted(content, fetch.name()));
    }
  }

  /// What an attempt made is on two nodes at least, or it would go with the machine that it ran on.
  private static int copies(DataRecord record) {
    return record.newest().ofAttempt() ? Math.max(COPIES_SAFE, record.copies()) : record.copies();
  }

  /// Many jobs may take the same folder, and a node may fetch already what it is to have.
  private void want(NodeId node, Wanted what) {
    wanted.computeIfAbsent(node, x -> new LinkedHashSet<>()).add(what);
  }

  private Stock stock(NodeId node) {
    return Objects.requireNonNull(stocks.get(node), node::value);
  }

  /// What a name means now: no copy of it is given up because somebody tidies.
  Set<ObjectId> needed() {
    return Set.copyOf(keepers.keySet());
  }

  /// Whether a node may give up its copy to make room.
  boolean mayGo(NodeId node, ObjectId id) {
    if (reads(node, id)) {
      return false;
    }
    Keeping keeping = keepers.get(id);
    return keeping == null
        ? !contents.containsKey(id) || Spread.mayGo(node, List.of(), 1, holders(id).whole())
        : Spread.mayGo(node, keeping.nodes(), keeping.copies(), holders(id).whole());
  }

  /// Whether an attempt on a node reads it, or will.
  boolean reads(NodeId node, ObjectId id) {
    return inUse.computeIfAbsent(node, this::inputs).contains(id);
  }

  /// What attempts on a node read: which version they began with is not known here.
  private Set<ObjectId> inputs(NodeId node) {
    Set<ObjectId> found = new HashSet<>();
    for (AttemptId id : state.liveOn(node)) {
      JobFiles files = state.job(id.task().job()).orElseThrow().spec().files();
      files.folder().ifPresent(content -> found.add(content.id()));
      for (JobFiles.Input input : files.inputs()) {
        DataRecord record = state.data().get(JobFiles.forTask(input.name(), id.task().task()));
        if (record != null) {
          record.versions().forEach(version -> found.add(version.content().id()));
        }
      }
    }
    return found;
  }

  /// From now on this node is no holder of it.
  void gone(NodeId node, ObjectId id) {
    holders(id).whole().remove(node);
  }

  /// What one node is to fetch; what nobody can give is left out.
  List<CopyOrder> orders(NodeId to, int max) {
    List<CopyOrder> orders = new ArrayList<>();
    for (Wanted each : wanted.getOrDefault(to, Set.of())) {
      Holders from = holders(each.content().id());
      boolean here = stock(to).holds(each.content().id());
      List<NodeId> sources =
          here
              ? List.of()
              : Spread.sources(
                  to, serving(from.whole()), serving(from.partly()), CopyOrder.SOURCES_MAX);
      if (orders.size() < max && (here || !sources.isEmpty())) {
        orders.add(
            new CopyOrder(
                each.content(),
                each.name(),
                sources.stream().map(node -> at(node, from.whole().contains(node))).toList()));
      }
    }
    return orders;
  }

  private CopyOrder.At at(NodeId node, boolean complete) {
    String url = Objects.requireNonNull(servers.get(node), node::value);
    return new CopyOrder.At(node, url, complete);
  }

  private List<NodeId> serving(Set<NodeId> nodes) {
    return nodes.stream().filter(servers::containsKey).toList();
  }

  private Holders holders(ObjectId id) {
    return holders.computeIfAbsent(
        id,
        x -> {
          Set<NodeId> whole = new HashSet<>();
          Set<NodeId> partly = new HashSet<>();
          for (NodeId node : able) {
            if (stock(node).holds(id)) {
              whole.add(node);
            } else if (stock(node).fetching(id)) {
              partly.add(node);
            }
          }
          return new Holders(whole, partly);
        });
  }

  /// Where and how often a content is to be kept; two names may mean the same.
  private record Keeping(Set<NodeId> nodes, int copies) {
    Keeping and(Keeping other) {
      Set<NodeId> all = new HashSet<>(nodes);
      all.addAll(other.nodes);
      return new Keeping(all, Math.max(copies, other.copies));
    }
  }

  private record Wanted(Content content, String name) {}

  /// @param whole nodes that are well and have all of it
  /// @param partly nodes that are well and fetch it
  private record Holders(Set<NodeId> whole, Set<NodeId> partly) {}
}
