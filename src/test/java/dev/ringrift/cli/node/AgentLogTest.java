package dev.ringrift.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class AgentLogTest {
  @TempDir Path dir;

  @AfterEach
  void restore() throws Exception {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    new ContextInitializer(context).autoConfig();
  }

  @Test
  void itIsInTheDataFolderWithDetailOnlyWhenWanted() throws Exception {
    Logger log = LoggerFactory.getLogger("dev.ringrift.agent.Loop");
    AgentLog.open(dir, false);
    log.info("became leader in term {}", 3);
    log.debug("hidden");
    LoggerFactory.getLogger("org.apache.ratis").info("hidden");
    assertThat(Files.readString(AgentLog.file(dir)))
        .contains("INFO  Loop [main] became leader in term 3")
        .doesNotContain("hidden");
    AgentLog.open(dir, true);
    log.debug("shown");
    assertThat(Files.readString(AgentLog.file(dir))).contains("DEBUG Loop [main] shown");
  }

  @Test
  void itStaysWithinItsBounds() throws Exception {
    AgentLog.open(dir, false, 10_000);
    Logger log = LoggerFactory.getLogger("dev.ringrift.agent.Loop");
    for (int i = 0; i < 5_000; i++) {
      log.info("a line that is about as long as lines of a log usually are, number {}", i);
    }
    try (Stream<Path> files = Files.list(dir.resolve("logs"))) {
      assertThat(files.toList()).hasSizeLessThanOrEqualTo(AgentLog.FILES_MAX);
    }
    assertThat(Files.readString(AgentLog.file(dir))).contains("number 4999");
  }
}
