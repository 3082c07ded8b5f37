package dev.ringrift.io.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The `RINGRIFT_…` variables of an environment, and what those mean that nobody knows.
///
/// One that is nearly a setting was meant to be that setting: to go on without it could send past a
/// proxy what was to go through it, so that it is an error, as an unknown key in a file is. Any
/// other one is likely a person's own, in whose environment nothing of ours need be, so that it is
/// only told.
final class Variables {
  private static final String PREFIX = "RINGRIFT_";

  /// What commands read beside an agent's settings.
  private static final Set<String> OF_COMMANDS = Set.of("cluster", "data_dir");

  /// What an attempt finds in its environment: an agent may be started by a job.
  private static final Set<String> OF_JOBS =
      Set.of("attempt", "attempt_dir", "checkpoint", "job", "node", "task", "task_count");

  private final Collection<String> settings;
  private final Map<String, String> environment;

  /// @param settings the keys that have a variable each
  Variables(Collection<String> settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /// The variable of a setting.
  static String name(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT);
  }

  /// What a setting's variable is set to; nothing where it is blank.
  Optional<String> value(String key) {
    return Optional.ofNullable(environment.get(name(key))).filter(value -> !value.isBlank());
  }

  /// Notes each variable that was probably meant to be another one.
  void refuseMisspelt(Problems problems) {
    for (String name : unknown()) {
      meant(name)
          .ifPresent(
              near ->
                  problems.add(
                      "",
                      "unknown variable %s: did you mean %s? One of your own needs another prefix"
                          .formatted(name, near)));
    }
  }

  /// The variables that are nothing of ours, in order.
  List<String> strangers() {
    return unknown().stream().filter(name -> meant(name).isEmpty()).toList();
  }

  private Optional<String> meant(String name) {
    List<String> known = new ArrayList<>(settings);
    known.addAll(OF_COMMANDS);
    String key = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    return known.contains(key)
        ? Optional.of(name(key))
        : Nearest.to(key, known).map(Variables::name);
  }

  private Set<String> unknown() {
    Set<String> unknown = new TreeSet<>(environment.keySet());
    unknown.removeIf(name -> !name.startsWith(PREFIX));
    Stream.of(settings, OF_COMMANDS, OF_JOBS)
        .flatMap(Collection::stream)
        .map(Variables::name)
        .forEach(unknown::remove);
    return unknown;
  }
}
