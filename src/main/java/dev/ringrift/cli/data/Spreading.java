package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.ProgressLine;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Table;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One published name on its way to nodes.
final class Spreading {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Shell shell;
  private final ClusterClient client;
  private final String name;
  private final int copies;
  private final JsonNode answer;
  private final List<String> nodes;

  private Spreading(Shell shell, ClusterClient client, String name, int copies, JsonNode answer) {
    this.shell = shell;
    this.client = client;
    this.name = name;
    this.copies = copies;
    this.answer = answer;
    this.nodes = Facts.items(answer, "nodes").stream().map(each -> each.asString("")).toList();
  }

  /// Has nodes fetch it, from now on.
  ///
  /// @param to nodes' ids, or `all` among them
  /// @param copies at least so many nodes, whichever; 0 for as many as it was
  static Spreading begin(
      Shell shell, ClusterClient client, String name, List<String> to, int copies) {
    Map<String, Object> wanted = new HashMap<>();
    wanted.put("name", name);
    wanted.put("add", to.contains("all") ? "all" : to);
    if (copies > 0) {
      wanted.put("copies", copies);
    }
    return new Spreading(shell, client, name, copies, client.post("/api/v1/data/keep", wanted));
  }

  /// What the cluster answered at once.
  JsonNode answer() {
    return answer;
  }

  /// Waits until all have it, or until nothing has moved for a while.
  JsonNode await(int stallSeconds) {
    ProgressLine line = new ProgressLine(shell);
    long lastDone = -1;
    long stalledMillis = 0;
    while (true) {
      JsonNode file = Names.file(client, name);
      long done = done(file);
      if (everywhere(file) || stalledMillis >= stallSeconds * 1000L) {
        line.clear();
        return file;
      }
      stalledMillis = done > lastDone ? 0 : stalledMillis + POLL.toMillis();
      lastDone = done;
      long whole = Facts.number(file, "size_bytes") * nodes.size();
      line.show(
          "%s: %d of %d nodes have it, %s of %s"
              .formatted(
                  name,
                  nodes.size() - lacking(file),
                  nodes.size(),
                  Sizes.text(done),
                  Sizes.text(whole)));
      shell.pause().accept(POLL);
    }
  }

  /// Whether all that are to have it have it.
  boolean everywhere(JsonNode file) {
    return lacking(file) == 0;
  }

  private long lacking(JsonNode file) {
    Map<String, JsonNode> states = Names.nodes(file);
    long without =
        nodes.stream()
            .filter(each -> !states.containsKey(each) || !whole(states.get(each)))
            .count();
    long missing = copies == 0 ? 0 : copies - Facts.howMany(file, "holders");
    return Math.max(without, missing);
  }

  private static boolean whole(@Nullable JsonNode node) {
    return node != null && Facts.text(node, "state").equals("whole");
  }

  private long done(JsonNode file) {
    return Names.nodes(file).values().stream()
        .filter(each -> nodes.isEmpty() || nodes.contains(Facts.text(each, "node")))
        .mapToLong(each -> Facts.number(each, "done_bytes"))
        .sum();
  }

  /// How each node has it, and from whom it came.
  void tell(JsonNode file) {
    Map<String, JsonNode> states = Names.nodes(file);
    Table table = new Table("NODE", "STATE", "TOOK", "FROM", "NOTE");
    for (String id : nodes.isEmpty() ? List.copyOf(states.keySet()) : nodes) {
      JsonNode node = states.get(id);
      table.row(
          1,
          node == null
              ? List.of(id, "waiting", "", "", "")
              : List.of(
                  id,
                  Facts.text(node, "state"),
                  Sizes.text(Facts.number(node, "fetched_bytes")),
                  Names.from(node),
                  Facts.text(node, "reason")));
    }
    table.print(shell);
  }
}
