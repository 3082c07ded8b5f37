package dev.ringrift.cli.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import dev.ringrift.io.config.PrivateFiles;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/// The agent's log: `logs/agent.log` in its data folder, with a few older files beside it, so that
/// all of it stays within `FILES_MAX` times `FILE_BYTES_MAX`.
final class AgentLog {
  static final long FILE_BYTES_MAX = 10 << 20;
  static final int FILES_MAX = 5;

  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{0} [%thread] %msg%n";

  private AgentLog() {}

  /// The file that is written now.
  static Path file(Path dataDir) {
    return dataDir.resolve("logs").resolve("agent.log");
  }

  /// Sends all logging to the file from here on.
  ///
  /// @param verbose whether our own classes log the detail that finding a fault takes
  static void open(Path dataDir, boolean verbose) {
    open(dataDir, verbose, FILE_BYTES_MAX);
  }

  static void open(Path dataDir, boolean verbose, long fileBytesMax) {
    Path file = file(dataDir);
    PrivateFiles.makeFolder(dataDir.resolve("logs"));
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();

    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(LINE);
    encoder.start();

    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("file");
    appender.setFile(file.toString());
    appender.setEncoder(encoder);

    FixedWindowRollingPolicy older = new FixedWindowRollingPolicy();
    older.setContext(context);
    older.setParent(appender);
    older.setFileNamePattern(file + ".%i");
    older.setMinIndex(1);
    older.setMaxIndex(FILES_MAX - 1);
    older.start();

    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(fileBytesMax));
    size.start();

    appender.setRollingPolicy(older);
    appender.setTriggeringPolicy(size);
    appender.start();

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    // The libraries' own talk helps only them; what of it matters we log ourselves.
    root.setLevel(Level.WARN);
    context.getLogger("org.apache.ratis").setLevel(Level.ERROR);
    context.getLogger("org.apache.ratis.util.LifeCycle").setLevel(Level.OFF);
    // Every reader of a file that goes away in the middle is an error to it.
    context.getLogger("io.vertx.core.net.impl.VertxConnection").setLevel(Level.OFF);
    context.getLogger("dev.ringrift").setLevel(verbose ? Level.DEBUG : Level.INFO);
  }
}
