package dev.ringrift.io.data.swarm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.io.data.TestFiles;
import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers that do not say how large their file is.
class SizelessStreamTest {
  private static final byte[] CONTENT = TestFiles.random(1_000_000, 5);
  private static final Expected WHOLE = new Expected.Whole(TestFiles.sha256(CONTENT));
  private static final Expected ANY = new Expected.Unverified();

  @TempDir Path folder;
  private final List<OddServer> servers = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (OddServer server : servers) {
      server.close();
    }
  }

  private Source server(OddServer.Manner manner) throws Exception {
    OddServer server = new OddServer(manner);
    servers.add(server);
    return new Source.Url(server.uri("/f"), Map.of());
  }

  private static OddServer.Manner chunks(byte[] content, boolean whole) {
    return (asked, out) -> {
      OddServer.head(out, "200 OK", "Transfer-Encoding: chunked\r\n");
      out.write("%x\r\n".formatted(content.length).getBytes(US_ASCII));
      out.write(content);
      if (!whole) {
        throw new EOFException();
      }
      out.write("\r\n0\r\n\r\n".getBytes(US_ASCII));
    };
  }

  /// The body ends with the connection, wherever that is.
  private static OddServer.Manner untilClosed(int bytes) {
    return (asked, out) -> {
      OddServer.head(out, "200 OK", "Connection: close\r\n");
      out.write(CONTENT, 0, bytes);
      out.flush();
      throw new EOFException();
    };
  }

  private void fetch(Expected expected, Source... sources) {
    try (SwarmEngine engine = new SwarmEngine(SwarmSettings.direct())) {
      engine
          .fetch(new FetchRequest(folder.resolve("f"), expected, List.of(sources)))
          .result()
          .orTimeout(30, TimeUnit.SECONDS)
          .join();
    }
  }

  private String refused(Expected expected, Source source) {
    CompletionException e = assertThrows(CompletionException.class, () -> fetch(expected, source));
    return ((UserError) e.getCause()).text();
  }

  private void assertNothing() throws Exception {
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).isEmpty();
    }
  }

  @Test
  void aFileWithAHashIsReadHoweverItEnds() throws Exception {
    fetch(WHOLE, server(chunks(CONTENT, true)));
    assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
    Files.delete(folder.resolve("f"));
    fetch(WHOLE, server(untilClosed(CONTENT.length)));
    assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
  }

  @Test
  void withoutAHashItIsReadWhereItsEndIsTold() throws Exception {
    fetch(ANY, server(chunks(CONTENT, true)));
    assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
  }

  @Test
  void withoutAHashNothingThatMayBeCutOffIsTaken() throws Exception {
    assertThat(refused(ANY, server(untilClosed(5_000)))).contains("where the file ends");
    assertThat(refused(ANY, server(chunks(CONTENT, false)))).contains("closed");
    assertNothing();
  }

  @Test
  void oneThatIsWrongIsNamedAndTheNextIsAsked() throws Exception {
    Source wrong = server(chunks(TestFiles.flipped(CONTENT, 7), true));
    assertThat(refused(WHOLE, wrong)).contains(wrong.label(), "SHA-256");
    assertNothing();
    fetch(WHOLE, server(untilClosed(5)), wrong, server(chunks(CONTENT, true)));
    assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
  }

  @Test
  void nothingOfAnEarlierFetchIsGoneOnFrom() throws Exception {
    Path list = PartFile.journalFor(folder.resolve("f"));
    Files.write(list, new byte[48]);
    Files.write(PartFile.pathFor(folder.resolve("f")), TestFiles.random(2_000_000, 6));
    fetch(ANY, server(chunks(CONTENT, true)));
    assertThat(folder.resolve("f")).hasBinaryContent(CONTENT);
    assertThat(list).doesNotExist();
  }
}
