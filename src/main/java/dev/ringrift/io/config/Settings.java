package dev.ringrift.io.config;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The clusters that a person's commands know, and which of them is meant without a flag. Kept in
/// `settings.yaml` of the data folder, which holds no secret but names where one is.
///
/// @param clusters by name
/// @param current the name of the one that is meant without a flag; may be empty
public record Settings(Map<String, Cluster> clusters, String current) {
  /// No cluster is known.
  public static final Settings NONE = new Settings(Map.of(), "");

  public Settings {
    clusters = Collections.unmodifiableMap(new LinkedHashMap<>(clusters));
  }

  /// How one cluster is reached.
  ///
  /// @param name what people call it
  /// @param demo whether it is the demo's, which never takes the place of a real one
  /// @param http addresses of agents on this machine, `http://127.0.0.1:port`
  /// @param voters link addresses of its voters, highest rank first
  /// @param credentials the folder with the operator's key and credential, or empty where there is
  ///     none
  public record Cluster(
      String name,
      boolean demo,
      List<String> http,
      Map<NodeId, List<String>> voters,
      String credentials) {
    public Cluster {
      http = List.copyOf(http);
      voters = Collections.unmodifiableMap(new LinkedHashMap<>(voters));
    }

    /// A cluster that is known only by one HTTP address.
    public static Cluster at(String name, String address) {
      return new Cluster(name, false, List.of(address), Map.of(), "");
    }
  }

  /// The file in a data folder.
  public static Path file(Path dataDir) {
    return dataDir.resolve("settings.yaml");
  }

  /// Reads the settings; none where there is no file.
  ///
  /// @throws UserError with every problem at once
  public static Settings read(Path dataDir) {
    Path file = file(dataDir);
    Problems problems = new Problems();
    String text = PrivateFiles.read(file).orElse("");
    String what = "the settings %s are not valid".formatted(file);
    Section top = new Section(Yaml.table(text, what, problems), problems);
    String current = top.text("current").orElse("");
    Map<String, Cluster> clusters = new LinkedHashMap<>();
    top.section("clusters")
        .ifPresent(
            all -> {
              for (String name : all.keys()) {
                all.section(name).ifPresent(one -> clusters.put(name, cluster(name, one)));
              }
            });
    top.refuseOthers();
    problems.throwIfAny(what, "correct these lines");
    return new Settings(clusters, current);
  }

  /// Writes the settings, readable by their owner only.
  public void write(Path dataDir) {
    Map<String, Object> all = new LinkedHashMap<>();
    clusters.forEach((name, cluster) -> all.put(name, map(cluster)));
    Map<String, Object> top = new LinkedHashMap<>();
    if (!current.isEmpty()) {
      top.put("current", current);
    }
    top.put("clusters", all);
    PrivateFiles.write(file(dataDir), Yaml.write(top));
  }

  /// With one more cluster, or a known one changed. A real cluster becomes the current one when
  /// there is none yet; a demo never does.
  public Settings with(Cluster cluster) {
    Map<String, Cluster> more = new LinkedHashMap<>(clusters);
    more.put(cluster.name(), cluster);
    boolean takesOver = current.isEmpty() && !cluster.demo();
    return new Settings(more, takesOver ? cluster.name() : current);
  }

  /// Without that cluster.
  public Settings without(String name) {
    Map<String, Cluster> fewer = new LinkedHashMap<>(clusters);
    fewer.remove(name);
    return new Settings(fewer, current.equals(name) ? "" : current);
  }

  /// With `name` meant where no flag says otherwise.
  public Settings using(String name) {
    named(name, "the name given");
    return new Settings(clusters, name);
  }

  /// The cluster that a command means: the one named by the flag, else by `RINGRIFT_CLUSTER`, else
  /// the current one, else the only real one, else the demo's where no real one is known, else
  /// whatever agent answers on this machine.
  ///
  /// @param flag a name or `http://host:port`; empty where the flag was not given
  public Cluster choose(Optional<String> flag, Map<String, String> environment) {
    if (flag.isPresent()) {
      return named(flag.get(), "--cluster");
    }
    String variable = environment.getOrDefault("RINGRIFT_CLUSTER", "");
    if (!variable.isBlank()) {
      return named(variable, "RINGRIFT_CLUSTER");
    }
    if (!current.isEmpty()) {
      return named(current, "'current' in settings.yaml");
    }
    List<Cluster> real = clusters.values().stream().filter(one -> !one.demo()).toList();
    List<Cluster> candidates = real.isEmpty() ? List.copyOf(clusters.values()) : real;
    if (candidates.size() > 1) {
      throw new UserError(
          "it is not clear which cluster is meant",
          "known are " + String.join(", ", clusters.keySet()),
          "name one with --cluster or RINGRIFT_CLUSTER");
    }
    return candidates.isEmpty()
        ? Cluster.at("local", "http://127.0.0.1:" + Addresses.PORT)
        : candidates.getFirst();
  }

  private Cluster named(String name, String where) {
    if (name.startsWith("http://")) {
      return Cluster.at(name, name.replaceFirst("/+$", ""));
    }
    Cluster cluster = clusters.get(name);
    if (cluster == null) {
      String known =
          clusters.isEmpty()
              ? "none is known"
              : "known are " + String.join(", ", clusters.keySet());
      throw new UserError(
          "no cluster '%s' is known".formatted(name),
          "%s names it; %s".formatted(where, known),
          Nearest.to(name, clusters.keySet())
              .map("did you mean '%s'?"::formatted)
              .orElse("name a known one, or join it with 'ringrift join'"));
    }
    return cluster;
  }

  private static Cluster cluster(String name, Section one) {
    Map<NodeId, List<String>> voters = new LinkedHashMap<>();
    one.textLists("voters")
        .forEach(
            (id, addresses) -> {
              try {
                voters.put(new NodeId(id), addresses);
              } catch (IllegalArgumentException e) {
                one.problem("voters", "is wrong: " + e.getMessage());
              }
            });
    Cluster cluster =
        new Cluster(
            name,
            one.flag("demo").orElse(false),
            one.texts("http"),
            voters,
            one.text("credentials").orElse(""));
    one.refuseOthers();
    return cluster;
  }

  private static Map<String, Object> map(Cluster cluster) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (cluster.demo()) {
      map.put("demo", true);
    }
    map.put("http", new ArrayList<>(cluster.http()));
    Map<String, Object> voters = new LinkedHashMap<>();
    cluster.voters().forEach((id, addresses) -> voters.put(id.value(), addresses));
    map.put("voters", voters);
    if (!cluster.credentials().isEmpty()) {
      map.put("credentials", cluster.credentials());
    }
    return map;
  }
}
