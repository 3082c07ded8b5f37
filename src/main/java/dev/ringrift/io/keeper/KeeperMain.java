package dev.ringrift.io.keeper;

import dev.ringrift.core.NodeId;
import dev.ringrift.core.UserError;
import dev.ringrift.io.clock.SystemClock;
import dev.ringrift.io.journal.Journal;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/// The keeper's process: `KeeperMain DATA_FOLDER NODE`. It works for one data folder, which it
/// locks, and answers on a Unix socket. It leaves by itself when nothing runs and no agent
/// wants it.
public final class KeeperMain {
  /// Somebody else keeps this data folder.
  static final int EXIT_LOCKED = 0;

  /// What it needs cannot be read; the last lines of its log say why.
  static final int EXIT_BROKEN = 3;

  private KeeperMain() {}

  /// @param arguments the data folder and the node's name
  public static void main(String[] arguments) throws InterruptedException {
    KeeperHome home = new KeeperHome(Path.of(arguments[0]));
    KeeperLog log = new KeeperLog(home.log());
    try {
      run(home, new NodeId(arguments[1]), KeeperSettings.fromProperties(), log);
    } catch (UserError e) {
      log.say(e.text());
      System.err.println(e.text());
      System.exit(EXIT_BROKEN);
    } catch (IOException | RuntimeException e) {
      log.say("cannot go on: " + e);
      e.printStackTrace();
      System.exit(EXIT_BROKEN);
    }
    System.exit(0);
  }

  private static void run(KeeperHome home, NodeId node, KeeperSettings settings, KeeperLog log)
      throws IOException, InterruptedException {
    home.create();
    try (FileChannel lockFile =
            FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = Succession.lock(home, settings.build(), lockFile, log)) {
      if (lock == null) {
        System.exit(EXIT_LOCKED);
      }
      Posix.becomeSubreaper();
      keep(home, node, settings, log);
    }
  }

  /// The keeper's journal.
  static Journal<Entry> open(Path file) throws IOException {
    return Journal.open(
        file,
        Entry.class,
        "the keeper's journal",
        "move the file away; what runs here is then ended, and tried again by the cluster");
  }

  private static void keep(KeeperHome home, NodeId node, KeeperSettings settings, KeeperLog log)
      throws IOException, InterruptedException {
    try (Journal<Entry> journal = open(home.journal())) {
      Book book = new Book();
      journal.loaded().forEach(book::apply);
      Tidy tidy = new Tidy(home.attempts(), settings.forgottenGrace(), log);
      AttemptFiles files = new AttemptFiles(home, node, settings.diskFloorMib());
      KeeperLoop loop =
          new KeeperLoop(new SystemClock(), book, journal, files, tidy, log, settings);
      Strays.end(home.attempts(), book, log);
      loop.adopt();
      OutputBound bound = new OutputBound(settings.outputBytesMax(), log);
      every(Duration.ofSeconds(1), "bound", () -> bound.enforceAll(home.attempts()));
      tidy.start();
      Files.deleteIfExists(home.socket());
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(home.socket()));
        Thread.ofPlatform().daemon().name("accept").start(() -> accept(server, loop));
        log.say("keeps %s as %d".formatted(home.data(), ProcessHandle.current().pid()));
        loop.run();
        log.say("leaves: " + (book.live().isEmpty() ? "nothing runs" : "another takes over"));
        Files.deleteIfExists(home.socket());
      }
    }
  }

  private static void accept(ServerSocketChannel server, KeeperLoop loop) {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        AgentLine line = new AgentLine(channel);
        loop.post(new Event.Connected(line));
        line.start(
            request -> loop.post(new Event.Asked(line, request)),
            () -> loop.post(new Event.Gone(line)));
      }
    } catch (IOException e) {
      return; // closed: the keeper leaves
    }
  }

  private static void every(Duration pause, String name, Runnable work) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                while (true) {
                  Thread.sleep(pause);
                  work.run();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
