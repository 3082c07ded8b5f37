package dev.ringrift.cli.data;

import dev.ringrift.cli.Shell;

/// A line on a terminal that is written over and over; nothing where no person watches.
final class ProgressLine {
  private static final String BACK_AND_CLEAR = "\r\u001b[K";

  private final Shell shell;

  ProgressLine(Shell shell) {
    this.shell = shell;
  }

  void show(String text) {
    print(BACK_AND_CLEAR + text);
  }

  void clear() {
    print(BACK_AND_CLEAR);
  }

  private void print(String text) {
    if (shell.terminal()) {
      shell.err().print(text);
      shell.err().flush();
    }
  }
}
