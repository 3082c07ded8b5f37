package dev.ringrift.cli.data;

import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.CommandError;
import dev.ringrift.cli.ExitCode;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Table;
import dev.ringrift.core.UserError;
import dev.ringrift.data.Aria2Transport;
import dev.ringrift.io.data.aria2.Aria2Settings;
import dev.ringrift.io.data.web.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ringrift data doctor`.
@Command(
    name = "doctor",
    description =
        "Say what sources give: ranges, ETag, rate; what they gave to the node here lately; and"
            + " whether aria2c is here.")
public final class DataDoctorCommand implements Callable<Integer> {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
  private static final int SAMPLE_BYTES = 4 << 20;

  @Mixin private final FetchOptions options = new FetchOptions();
  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(arity = "0..*", paramLabel = "URL", description = "A file of each source.")
  private List<String> urls = new ArrayList<>();

  private final Shell shell;

  public DataDoctorCommand(Shell shell) {
    this.shell = shell;
  }

  /// What one source said.
  ///
  /// @param trouble why it cannot be used, or empty
  private record Probe(
      String url,
      String sizeBytes,
      boolean ranges,
      String etag,
      long bytesPerSecond,
      String trouble) {}

  @Override
  public Integer call() throws InterruptedException {
    List<URI> uris = CommandError.badInput(() -> urls.stream().map(FetchOptions::source).toList());
    String aria2 =
        Aria2Settings.find(shell.environment()).map(String::valueOf).orElse("not installed");
    List<Probe> probes = new ArrayList<>();
    try (Aria2Transport transport = options.open(shell)) {
      Map<String, String> headers = CommandError.badInput(options::headers);
      for (URI uri : uris) {
        probes.add(probe(transport.web(), uri, headers));
      }
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("aria2c", aria2);
    facts.put("sources", probes);
    Lately lately = Lately.here(shell, cluster);
    facts.put("fetches", lately.fetches());
    if (!json.print(shell, facts)) {
      shell.say("aria2c: " + aria2);
      tell(probes);
      lately.tell(shell);
    }
    return probes.stream().allMatch(one -> one.trouble().isEmpty()) ? ExitCode.OK : ExitCode.FAILED;
  }

  private static Probe probe(WebClient web, URI uri, Map<String, String> headers)
      throws InterruptedException {
    try {
      Map<String, String> first = new LinkedHashMap<>(headers);
      first.put("Range", "bytes=0-%d".formatted(SAMPLE_BYTES - 1));
      WebClient.Answer head = web.head(uri, first, ANSWER_MAX);
      if (head.status() != 200 && head.status() != 206) {
        return failed(uri, "it answers " + head.status());
      }
      boolean ranges = head.status() == 206;
      String size =
          ranges
              ? head.header("content-range").orElse("").replaceFirst(".*/", "")
              : head.header("content-length").orElse("");
      return new Probe(
          uri.toString(),
          size,
          ranges,
          head.header("etag").orElse(""),
          ranges ? rate(web, uri, first) : 0,
          "");
    } catch (UserError e) {
      return failed(uri, e.because());
    }
  }

  private static long rate(WebClient web, URI uri, Map<String, String> headers)
      throws InterruptedException {
    long begun = System.nanoTime();
    int bytes = web.get(uri, headers, SAMPLE_BYTES, ANSWER_MAX).body().length();
    double seconds = (System.nanoTime() - begun) / 1e9;
    return Math.round(bytes / Math.max(seconds, 1e-6));
  }

  private static Probe failed(URI uri, String why) {
    return new Probe(uri.toString(), "", false, "", 0, why);
  }

  private void tell(List<Probe> probes) {
    if (probes.isEmpty()) {
      return;
    }
    Table table = new Table("SOURCE", "SIZE", "RANGES", "RATE", "ETAG", "TROUBLE");
    for (Probe one : probes) {
      String size =
          one.sizeBytes().matches("[0-9]{1,18}") ? Sizes.text(Long.parseLong(one.sizeBytes())) : "";
      table.row(
          -1,
          List.of(
              one.url(),
              size,
              one.trouble().isEmpty() ? one.ranges() ? "yes" : "no: one connection" : "",
              one.bytesPerSecond() > 0 ? Sizes.text(one.bytesPerSecond()) + "/s" : "",
              one.etag(),
              one.trouble()));
    }
    table.print(shell);
  }
}
