package dev.ringrift.cli;

/// A line on a terminal that is written over and over; nothing where no person watches. What does
/// not fit is cut off, for a second line would stay.
public final class ProgressLine {
  private static final String BACK_AND_CLEAR = "\r\u001b[K";
  private static final String WITHOUT_WRAPPING = "\u001b[?7l";
  private static final String WRAPPING = "\u001b[?7h";

  private final Shell shell;

  public ProgressLine(Shell shell) {
    this.shell = shell;
  }

  public void show(String text) {
    print(BACK_AND_CLEAR + WITHOUT_WRAPPING + text + WRAPPING);
  }

  public void clear() {
    print(BACK_AND_CLEAR);
  }

  private void print(String text) {
    if (shell.terminal()) {
      shell.err().print(text);
      shell.err().flush();
    }
  }
}
