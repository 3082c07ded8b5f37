package dev.ringrift.core.data;

import dev.ringrift.core.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Who is to have a copy of a file, who may give one up, and from whom a node should fetch. Pure,
/// and the same for the same arguments, so that asking again changes nothing.
///
/// Every pair of a file or node and another node has a number that looks like chance but is always
/// the same (rendezvous hashing). Choosing by it spreads copies and load without a plan that would
/// have to be kept.
public final class Spread {
  private Spread() {}

  /// The nodes that still have to fetch a file: those that are to keep it, and then as many others
  /// as it takes to have enough copies.
  ///
  /// @param keepOn nodes that are to have it, whatever the number
  /// @param copies at least so many nodes are to have it
  /// @param holders nodes that are well and have it
  /// @param able nodes that are well and could take it
  public static List<NodeId> missing(
      ObjectId id,
      Collection<NodeId> keepOn,
      int copies,
      Set<NodeId> holders,
      Collection<NodeId> able) {
    Set<NodeId> chosen = new TreeSet<>(keepOn);
    chosen.retainAll(able);
    chosen.removeAll(holders);
    int lacking = copies - holders.size() - chosen.size();
    if (lacking > 0) {
      able.stream()
          .filter(node -> !holders.contains(node) && !keepOn.contains(node))
          .sorted(Comparator.comparingLong(node -> number(id.toString(), node)))
          .limit(lacking)
          .forEach(chosen::add);
    }
    return List.copyOf(chosen);
  }

  /// From whom a node should fetch, best first. Those that have all of it come in an order that
  /// differs from node to node, so that not all begin with the same one; at least a third of the
  /// places is left to those that have only some of it, or late comers would all load the few
  /// that are complete.
  ///
  /// @param complete nodes that have all of it
  /// @param partly nodes that are fetching it themselves
  /// @param max most sources
  public static List<NodeId> sources(
      NodeId fetcher, Collection<NodeId> complete, Collection<NodeId> partly, int max) {
    List<NodeId> whole = ordered(fetcher, complete);
    List<NodeId> some = ordered(fetcher, partly);
    some.removeAll(whole);
    int forSome = Math.min(some.size(), Math.max(max / 3, max - whole.size()));
    List<NodeId> found = new ArrayList<>(whole.subList(0, Math.min(whole.size(), max - forSome)));
    found.addAll(some.subList(0, forSome));
    return found;
  }

  private static List<NodeId> ordered(NodeId fetcher, Collection<NodeId> nodes) {
    List<NodeId> others = new ArrayList<>(nodes);
    others.remove(fetcher);
    others.sort(Comparator.comparingLong(node -> number(fetcher.value(), node)));
    return others;
  }

  /// Whether a node may give its copy up although somebody may want the file again: it is not to
  /// keep it, and enough others have it. The last copy never goes.
  ///
  /// @param holders nodes that are well and have it, those left out that were told to give it up
  public static boolean mayGo(
      NodeId node, Collection<NodeId> keepOn, int copies, Collection<NodeId> holders) {
    long others = holders.stream().filter(holder -> !holder.equals(node)).count();
    return !keepOn.contains(node) && others >= Math.max(1, copies);
  }

  /// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), mixed once more at its end, since nodes'
  /// names often differ in their last character only.
  private static long number(String of, NodeId node) {
    long hash = 0xcbf29ce484222325L;
    for (String text : List.of(of, node.value())) {
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
      }
    }
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    return hash ^ (hash >>> 29);
  }
}
