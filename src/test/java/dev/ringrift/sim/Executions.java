package dev.ringrift.sim;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.TaskId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Every real run of a job's program in the world.
final class Executions {
  private final SimWorld world;
  private final Map<AttemptId, Execution> all = new LinkedHashMap<>();
  private final List<Consumer<Execution>> beginWatchers = new ArrayList<>();
  private final List<Consumer<Execution>> endWatchers = new ArrayList<>();
  private final List<BiConsumer<SimHost, AttemptReport>> forgetWatchers = new ArrayList<>();

  Executions(SimWorld world) {
    this.world = world;
  }

  void onBegin(Consumer<Execution> watcher) {
    beginWatchers.add(watcher);
  }

  void onEnd(Consumer<Execution> watcher) {
    endWatchers.add(watcher);
  }

  void onForget(BiConsumer<SimHost, AttemptReport> watcher) {
    forgetWatchers.add(watcher);
  }

  /// A keeper drops what it knew of an attempt that ended.
  void forgotten(SimHost host, AttemptReport report) {
    forgetWatchers.forEach(watcher -> watcher.accept(host, report));
  }

  Execution begin(StartOrder order, SimHost host) {
    Execution begun = new Execution(order, host, world.now());
    Execution older = all.put(order.attempt(), begun);
    if (older != null) {
      throw new Violation("attempt %s is run a second time, before: %s".formatted(begun, older));
    }
    world.note("%s begins to run%s", begun, order.exclusive() ? " on a lease" : "");
    beginWatchers.forEach(watcher -> watcher.accept(begun));
    return begun;
  }

  void end(Execution execution, Execution.Ending how, String why) {
    execution.end(how, why);
    world.note("%s ends: %s %s", execution, how, why);
    endWatchers.forEach(watcher -> watcher.accept(execution));
  }

  Optional<Execution> of(AttemptId attempt) {
    return Optional.ofNullable(all.get(attempt));
  }

  /// Those that run now on a host.
  List<Execution> runningOn(SimHost host) {
    return all.values().stream().filter(e -> e.runs() && e.host == host).toList();
  }

  /// Those of a task that run now.
  List<Execution> runningOf(TaskId task) {
    return all.values().stream().filter(e -> e.runs() && e.attempt().task().equals(task)).toList();
  }

  /// All that ever ran.
  List<Execution> all() {
    return List.copyOf(all.values());
  }
}
