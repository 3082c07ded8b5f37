package dev.ringrift.io.data.swarm;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.data.PieceLayout;
import java.util.ArrayList;
import java.util.List;

/// One try at a file, from sources that are taken to have the same one.
///
/// @param open whether sources that become known later may join it
record Round(Wanted content, List<SwarmSource> sources, boolean open) {
  Round {
    sources = List.copyOf(sources);
  }

  /// What to try, in this order, by what plain URLs say of their file. Of what only the whole has a
  /// hash all are asked together, and when that comes out wrong each by itself: one bad source of
  /// many must not keep the good ones from giving it. Without any hash only sources are put
  /// together that say by a strong ETag that theirs is the same.
  ///
  /// @param told what those say that know the size; not empty
  static List<Round> plan(Expected expected, List<Probe.Told> told) {
    return expected instanceof Expected.Unverified
        ? List.of(agreeing(expected, told))
        : together(expected, told);
  }

  private static List<Round> together(Expected expected, List<Probe.Told> told) {
    long size = Probe.most(told, Probe.Told::bytes);
    List<SwarmSource> same = new ArrayList<>();
    for (Probe.Told each : told) {
      each.source().tag(each.tag());
      if (each.bytes() == size) {
        same.add(each.source());
      } else {
        each.source().ban(otherSize(each, size));
      }
    }
    List<Round> rounds = new ArrayList<>();
    rounds.add(new Round(content(expected, size, ""), same, true));
    if (told.size() > 1) {
      for (Probe.Told each : told) {
        Wanted content = content(expected, each.bytes(), "");
        rounds.add(new Round(content, List.of(each.source()), false));
      }
    }
    return rounds;
  }

  /// The most that are known to have one file. Who gives no strong ETag is alone with its own.
  private static Round agreeing(Expected expected, List<Probe.Told> told) {
    Object most = Probe.most(told, Round::file);
    List<SwarmSource> same = new ArrayList<>();
    Probe.Told first = null;
    for (Probe.Told each : told) {
      if (file(each).equals(most)) {
        first = first == null ? each : first;
        each.source().tag(each.tag());
        same.add(each.source());
      }
    }
    if (first == null) {
      throw new IllegalStateException("nobody says " + most);
    }
    for (Probe.Told each : told) {
      if (!file(each).equals(most)) {
        each.source().ban(difference(each, first));
      }
    }
    String tag = first.strongTag() ? first.tag() : "";
    return new Round(content(expected, first.bytes(), tag), same, !tag.isEmpty());
  }

  /// Equal for sources of the same file, as far as they say so.
  private static Object file(Probe.Told told) {
    return told.strongTag() ? List.of(told.bytes(), told.tag()) : told.source();
  }

  private static String difference(Probe.Told other, Probe.Told chosen) {
    if (other.bytes() != chosen.bytes()) {
      return otherSize(other, chosen.bytes());
    }
    return other.strongTag() && chosen.strongTag()
        ? "its file has the ETag %s, not %s".formatted(other.tag(), chosen.tag())
        : "without a hash, or a strong ETag on both sides, nothing says that its file is that of "
            + chosen.source().source().label();
  }

  private static String otherSize(Probe.Told told, long size) {
    return "its file has %d bytes, not %d".formatted(told.bytes(), size);
  }

  private static Wanted content(Expected expected, long size, String tag) {
    return new Wanted(PieceLayout.of(size), expected, tag);
  }
}
