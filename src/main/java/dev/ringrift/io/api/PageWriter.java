package dev.ringrift.io.api;

import java.util.List;
import java.util.Locale;

/// Writes the parts of a page of HTML. Whatever comes from outside is escaped here.
final class PageWriter {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1c2024; --dim: #60666d; --paper: #fbfbfc;
        --card: #ffffff; --line: #e1e4e8; --good: #18794e; --busy: #0b68cb; --warn: #ad5700;
        --bad: #c62a2f; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --dim: #9ba1a6;
        --paper: #131517; --card: #1b1e21; --line: #2d3136; --good: #4cc38a; --busy: #70b8ff;
        --warn: #ffb224; --bad: #ff8589; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--paper); color: var(--ink);
        font: 15px/1.45 system-ui, sans-serif; }
      main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
      h1 { font-size: 1.5rem; margin: 0 0 1rem; }
      h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
      dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.6rem, 1fr)); gap: .6rem;
        margin: 0; }
      dl div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
        padding: .55rem .8rem; min-width: 0; }
      dl div:first-child { grid-column: span 2; }
      dt { color: var(--dim); font-size: .8rem; }
      dd { margin: 0; font-size: 1.2rem; font-weight: 600; overflow-wrap: anywhere; }
      .wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line);
        border-radius: .5rem; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; padding: .4rem .8rem; vertical-align: top; }
      th { color: var(--dim); font-size: .8rem; font-weight: 500; white-space: nowrap; }
      td { border-top: 1px solid var(--line); overflow-wrap: anywhere; }
      td:not(:last-child) { white-space: nowrap; }
      td:last-child { min-width: 12rem; }
      .none { padding: .7rem .8rem; margin: 0; color: var(--dim); border-top: 1px solid
        var(--line); }
      .alarm { background: var(--card); border: 1px solid var(--bad); border-left-width: .35rem;
        border-radius: .5rem; padding: .6rem .8rem; margin: 0 0 1rem; }
      .state::before { content: "\\25CF"; margin-right: .4em; font-size: .8em; }
      .up, .succeeded { color: var(--good); } .running, .placed, .preparing { color: var(--busy); }
      .suspect, .paused, .waiting { color: var(--warn); }
      .unknown, .gone, .failed, .lost { color: var(--bad); } .cancelled { color: var(--dim); }
      footer, .note { color: var(--dim); font-size: .85rem; margin-top: 2rem; }
      code { font-size: .95em; }
      """;

  private final StringBuilder html = new StringBuilder();
  private int rows;

  /// One large figure.
  record Fact(String name, String value) {}

  void begin(String title) {
    String safe = escape(title);
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<meta http-equiv=\"refresh\" content=\"5\">")
        .append("<title>%s · RingRift</title><style>".formatted(safe))
        .append(STYLE)
        .append("</style></head><body><main><h1>%s</h1>".formatted(safe));
  }

  void alarm(String text) {
    html.append("<p class=\"alarm\">%s</p>".formatted(escape(text)));
  }

  void note(String text) {
    html.append("<p class=\"note\">%s</p>".formatted(escape(text)));
  }

  void facts(List<Fact> facts) {
    html.append("<dl>");
    for (Fact fact : facts) {
      html.append(
          "<div><dt>%s</dt><dd>%s</dd></div>".formatted(escape(fact.name()), escape(fact.value())));
    }
    html.append("</dl>");
  }

  void table(String title, List<String> columns) {
    rows = 0;
    html.append("<h2>%s</h2><div class=\"wide\"><table><thead><tr>".formatted(escape(title)));
    columns.forEach(column -> html.append("<th>%s</th>".formatted(escape(column))));
    html.append("</tr></thead><tbody>");
  }

  /// @param cells made by `text`, `strong` or `state`
  void row(List<Cell> cells) {
    rows++;
    html.append("<tr>");
    cells.forEach(cell -> html.append("<td>").append(cell.html()).append("</td>"));
    html.append("</tr>");
  }

  /// @param whenEmpty said in place of rows
  void tableEnd(String whenEmpty) {
    html.append("</tbody></table>");
    if (rows == 0) {
      html.append("<p class=\"none\">%s</p>".formatted(escape(whenEmpty)));
    }
    html.append("</div>");
  }

  void end(String node, String version) {
    html.append(
        """
        <footer>Seen by %s, RingRift %s. The same facts for programs:
        <code>/cluster/status</code>, <code>/health</code>, <code>/metrics</code>,
        <code>/api/v1/jobs</code>. This page loads itself again every 5 seconds.</footer>\
        </main></body></html>
        """
            .formatted(escape(node), escape(version)));
  }

  String text() {
    return html.toString();
  }

  static Cell text(String text) {
    return new Cell(escape(text));
  }

  static Cell strong(String text) {
    return new Cell("<strong>%s</strong>".formatted(escape(text)));
  }

  /// A state in its colour.
  static Cell state(String state) {
    String style = state.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    return new Cell("<span class=\"state %s\">%s</span>".formatted(style, escape(state)));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /// Escaped HTML of one cell.
  record Cell(String html) {}
}
