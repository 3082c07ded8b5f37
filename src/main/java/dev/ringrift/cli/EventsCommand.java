package dev.ringrift.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `ringrift events`.
@Command(name = "events", description = "Print the cluster's story: who led, what failed and why.")
final class EventsCommand implements Runnable {
  private static final int WAIT_MILLIS = 10_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what happens, until Ctrl-C.")
  private boolean follow;

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (100).")
  private int limit = 100;

  @Option(names = "--after", paramLabel = "SEQ", description = "Only those after this number.")
  private long after = -1;

  private final Shell shell;

  EventsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    try (ClusterClient client = cluster.open(shell)) {
      long seen = print(client, after, 0);
      while (follow && !shell.outputClosed()) {
        seen = Math.max(seen, print(client, seen, WAIT_MILLIS));
      }
    }
  }

  /// Prints what came after `last` and returns the newest number.
  private long print(ClusterClient client, long last, int waitMillis) {
    Map<String, String> query = new LinkedHashMap<>();
    if (last >= 0) {
      query.put("after", "" + last);
    }
    query.put("limit", "" + limit);
    query.put("wait_ms", "" + waitMillis);
    JsonNode answer = client.get("/api/v1/events", query);
    List<JsonNode> events = Facts.items(answer);
    boolean nothingNew = waitMillis > 0 && events.isEmpty();
    if (!nothingNew && !json.print(shell, answer)) {
      events.forEach(this::line);
    }
    return events.isEmpty() ? Math.max(last, 0) : Facts.number(events.getLast(), "seq");
  }

  private void line(JsonNode event) {
    Instant at = Instant.ofEpochMilli(Facts.millis(event, "at"));
    shell.say(
        "%s  %-8s %-12s %s"
            .formatted(
                shell.paint(Style.DIM, TIME.format(at.atZone(ZoneId.systemDefault()))),
                Facts.text(event, "kind"),
                Facts.text(event, "subject"),
                Facts.text(event, "text")));
  }
}
