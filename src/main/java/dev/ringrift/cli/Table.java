package dev.ringrift.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in aligned columns. A column where every row is empty is left out.
public final class Table {
  private static final String GAP = "  ";

  private final List<String> heads;
  private final List<List<Cell>> rows = new ArrayList<>();

  public Table(String... heads) {
    this.heads = List.of(heads);
  }

  private record Cell(String text, Style style) {}

  /// Adds a row of texts; the words of states get their colour.
  ///
  /// @param stateColumn which one is a state, or -1
  public void row(int stateColumn, List<String> texts) {
    if (texts.size() != heads.size()) {
      throw new IllegalArgumentException("%d cells for %s".formatted(texts.size(), heads));
    }
    List<Cell> row = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i).replace('\n', ' ');
      row.add(
          new Cell(text, i == stateColumn ? Style.ofState(text.split(",", 2)[0]) : Style.PLAIN));
    }
    rows.add(row);
  }

  public void print(Shell shell) {
    int[] widths = new int[heads.size()];
    for (List<Cell> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i).text()));
      }
    }
    List<Cell> head = heads.stream().map(text -> new Cell(text, Style.DIM)).toList();
    for (int i = 0; i < widths.length; i++) {
      widths[i] = widths[i] == 0 ? 0 : Math.max(widths[i], width(heads.get(i)));
    }
    shell.say(line(shell, head, widths));
    rows.forEach(row -> shell.say(line(shell, row, widths)));
  }

  private static String line(Shell shell, List<Cell> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    int owed = 0;
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] == 0) {
        continue;
      }
      Cell cell = cells.get(i);
      if (!cell.text().isEmpty()) {
        line.repeat(' ', owed).append(shell.paint(cell.style(), cell.text()));
        owed = 0;
      }
      owed += widths[i] - width(cell.text()) + GAP.length();
    }
    return line.toString();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
