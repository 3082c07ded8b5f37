package dev.ringrift.core.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Hosts with a rate up and a rate down; what flows between them shares these by max-min fairness,
/// as TCP does roughly. Bytes are a fluid.
final class FluidNetwork {
  /// Bytes on their way from one host to another.
  static final class Flow {
    final int from;
    final int to;
    private final Consumer<Flow> finished;
    private int bytes;
    private double given;
    private double rate;
    private boolean over;
    private boolean fixed;

    private Flow(int from, int to, int bytes, Consumer<Flow> finished) {
      this.from = from;
      this.to = to;
      this.bytes = bytes;
      this.finished = finished;
    }

    /// Bytes that have come.
    int given() {
      return (int) given;
    }

    int bytes() {
      return bytes;
    }
  }

  private final double[] up;
  private final double[] down;
  private final double[] left;
  private final int[] open;
  private final List<List<Flow>> at = new ArrayList<>();
  private final List<Flow> flows = new ArrayList<>();
  private final List<Flow> ended = new ArrayList<>();
  private boolean changed;

  FluidNetwork(double[] up, double[] down) {
    this.up = up.clone();
    this.down = down.clone();
    this.left = new double[2 * up.length];
    this.open = new int[2 * up.length];
    for (int link = 0; link < left.length; link++) {
      at.add(new ArrayList<>());
    }
  }

  void up(int host, double rate) {
    up[host] = rate;
    changed = true;
  }

  Flow start(int from, int to, int bytes, Consumer<Flow> finished) {
    Flow flow = new Flow(from, to, bytes, finished);
    flows.add(flow);
    changed = true;
    return flow;
  }

  /// Lets a flow end after so many bytes, or where it is by now; returns where.
  int cut(Flow flow, int bytes) {
    flow.bytes = Math.min(flow.bytes, Math.max(bytes, (int) Math.ceil(flow.given)));
    return flow.bytes;
  }

  void stop(Flow flow) {
    flow.over = true;
    changed = true;
  }

  /// Bytes per second that leave a host now.
  double leaving(int host) {
    return flows.stream().filter(flow -> flow.from == host).mapToDouble(flow -> flow.rate).sum();
  }

  /// Bytes per second that come to a host now.
  double coming(int host) {
    return flows.stream().filter(flow -> flow.to == host).mapToDouble(flow -> flow.rate).sum();
  }

  void step(long nanos) {
    if (changed) {
      flows.removeIf(flow -> flow.over);
      share();
      changed = false;
    }
    for (Flow flow : flows) {
      flow.given += flow.rate * nanos / 1e9;
      if (flow.given >= flow.bytes) {
        flow.given = flow.bytes;
        flow.over = true;
        ended.add(flow);
      }
    }
    changed = !ended.isEmpty();
    ended.forEach(flow -> flow.finished.accept(flow));
    ended.clear();
  }

  /// Progressive filling: the link that is fullest fixes the rates of its flows, then the next.
  private void share() {
    int hosts = up.length;
    System.arraycopy(up, 0, left, 0, hosts);
    System.arraycopy(down, 0, left, hosts, hosts);
    at.forEach(List::clear);
    for (Flow flow : flows) {
      flow.fixed = false;
      at.get(flow.from).add(flow);
      at.get(hosts + flow.to).add(flow);
    }
    for (int link = 0; link < left.length; link++) {
      open[link] = at.get(link).size();
    }
    int unfixed = flows.size();
    while (unfixed > 0) {
      int tightest = tightest();
      double rate = Math.max(0, left[tightest] / open[tightest]);
      for (Flow flow : at.get(tightest)) {
        if (!flow.fixed) {
          flow.fixed = true;
          flow.rate = rate;
          left[flow.from] -= rate;
          left[hosts + flow.to] -= rate;
          open[flow.from]--;
          open[hosts + flow.to]--;
          unfixed--;
        }
      }
    }
  }

  private int tightest() {
    int tightest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int link = 0; link < left.length; link++) {
      if (open[link] > 0 && left[link] / open[link] < least) {
        least = left[link] / open[link];
        tightest = link;
      }
    }
    return tightest;
  }
}
