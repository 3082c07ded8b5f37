package dev.ringrift.io.data.aria2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Proxies;
import dev.ringrift.agent.data.Source;
import dev.ringrift.io.data.TestSource;
import dev.ringrift.io.data.web.WebClient;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SourceListTest {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final WebClient web = new WebClient(vertx, Proxies.NONE, LONGEST);

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /// The sources that are left of some with these ETags, in turn; all have one size.
  private List<Integer> left(String... tags) throws Exception {
    List<TestSource> servers =
        Arrays.stream(tags)
            .map(
                tag -> {
                  try {
                    return new TestSource().with("/x", new byte[9]).tagged(tag);
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .toList();
    try {
      List<Source> sources =
          servers.stream().<Source>map(s -> new Source.Url(s.uri("/x"), Map.of())).toList();
      SourceList list =
          new SourceList(
              new FetchRequest(Path.of("/nowhere/x"), new Expected.Unverified(), sources));
      list.keepAgreeing(web, LONGEST);
      return list.usable().stream().map(sources::indexOf).toList();
    } finally {
      servers.forEach(TestSource::close);
    }
  }

  @Test
  void withoutAHashOnlyAStrongEtagPutsSourcesTogether() throws Exception {
    assertThat(left("\"a\"", "\"b\"", "\"a\"")).containsExactly(0, 2);
    assertThat(left("", "", "\"a\"")).containsExactly(0);
    assertThat(left("W/\"a\"", "W/\"a\"")).containsExactly(0);
  }
}
