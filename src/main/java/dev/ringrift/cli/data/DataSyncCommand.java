package dev.ringrift.cli.data;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.cli.ClusterClient;
import dev.ringrift.cli.ClusterOption;
import dev.ringrift.cli.CommandError;
import dev.ringrift.cli.ExitCode;
import dev.ringrift.cli.Facts;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Sizes;
import dev.ringrift.cli.Spans;
import dev.ringrift.cli.Style;
import dev.ringrift.core.UserError;
import dev.ringrift.data.Aria2Transport;
import dev.ringrift.data.SyncResult;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ringrift data sync`.
@Command(
    name = "sync",
    description = {
      "Bring a folder here up to date: with data servers (needs no cluster), or without any SOURCE"
          + " with the cluster's published names.",
      "With --on it is nodes that fetch the names, as with 'data pull'."
    })
public final class DataSyncCommand implements Callable<Integer> {
  @Mixin private final FetchOptions options = new FetchOptions();
  @Mixin private final JsonOption json = new JsonOption();
  @Mixin private final ClusterOption cluster = new ClusterOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "SOURCE",
      description = "A data server, http://HOST:8766; none for the cluster.")
  private List<String> sources = new ArrayList<>();

  @Option(names = "--to", paramLabel = "DIR", description = "The folder here.")
  private @Nullable Path to;

  @Option(
      names = "--on",
      split = ",",
      paramLabel = "NODES",
      description = "'all', or nodes' ids with commas between; only without a SOURCE.")
  private List<String> on = new ArrayList<>();

  @Option(
      names = {"-p", "--pattern"},
      paramLabel = "PATTERN",
      description = "Which files: '*.pth' by name, 'models/**' by path; all unless given.")
  private List<String> patterns = new ArrayList<>();

  @Option(
      names = "--stall",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description = "With --on: give up waiting after so long without progress (60).")
  private int stallSeconds = 60;

  private final Shell shell;

  public DataSyncCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path folder = to;
    if ((folder == null) == on.isEmpty()) {
      throw bad("it is not clear whereto", "use either --to DIR, or --on NODES");
    }
    if (folder == null) {
      if (!sources.isEmpty()) {
        throw bad("--on is for published names", "leave the SOURCE out, or use --to DIR");
      }
      return onNodes();
    }
    return sources.isEmpty() ? fromCluster(folder) : fromServers(folder);
  }

  private static CommandError bad(String what, String mend) {
    return new CommandError(ExitCode.BAD_INPUT, new UserError(what, "", mend));
  }

  private int fromServers(Path folder) {
    List<String> errors = new ArrayList<>();
    List<URI> uris = new ArrayList<>();
    for (String source : sources) {
      try {
        uris.add(FetchOptions.uri(source));
      } catch (UserError e) {
        if (sources.size() == 1) {
          throw new CommandError(ExitCode.BAD_INPUT, e);
        }
        errors.add(e.text());
      }
    }
    FetchDisplay display = new FetchDisplay(shell, json.wanted());
    try (Aria2Transport transport = options.open(shell)) {
      CompletableFuture<SyncResult> running =
          transport.syncFromSources(
              uris, folder, patterns, (path, fetch) -> display.add(path.text(), fetch));
      display.until(running);
      SyncResult result = running.join();
      errors.addAll(result.errors());
      return told(
          new SyncResult(
              result.success() && errors.size() == result.errors().size(),
              result.filesSynced(),
              result.filesFailed(),
              result.filesPresent(),
              result.bytesTransferred(),
              result.duration(),
              errors,
              result.method()));
    }
  }

  private int fromCluster(Path folder) throws InterruptedException {
    List<String> errors = new ArrayList<>();
    FetchDisplay display = new FetchDisplay(shell, json.wanted());
    long begun = System.nanoTime();
    try (ClusterClient client = cluster.open(shell);
        Aria2Transport transport = options.open(shell)) {
      Map<String, String> headers = CommandError.badInput(options::headers);
      ClusterNames names = new ClusterNames(client, transport, headers);
      Map<String, Fetch> fetches = new LinkedHashMap<>();
      for (JsonNode name : ClusterNames.matching(client, patterns, errors::add)) {
        try {
          Fetch fetch = names.fetch(name, folder);
          fetches.put(Facts.text(name, "name"), fetch);
          display.add(Facts.text(name, "name"), fetch);
        } catch (UserError e) {
          errors.add(e.text());
        }
      }
      int failed = errors.size();
      display.until(
          CompletableFuture.allOf(
              fetches.values().stream().map(Fetch::result).toArray(CompletableFuture[]::new)));
      List<Fetch.Result> results = results(fetches, errors);
      long here = results.stream().filter(each -> each.bytes() == 0).count();
      return told(
          new SyncResult(
              errors.isEmpty(),
              results.size() - (int) here,
              failed + fetches.size() - results.size(),
              (int) here,
              results.stream().mapToLong(Fetch.Result::bytes).sum(),
              Duration.ofNanos(System.nanoTime() - begun),
              errors,
              results.isEmpty() ? "" : results.getFirst().method()));
    }
  }

  private static List<Fetch.Result> results(Map<String, Fetch> fetches, List<String> errors) {
    List<Fetch.Result> results = new ArrayList<>();
    fetches.forEach(
        (name, fetch) -> {
          try {
            results.add(fetch.result().join());
          } catch (CompletionException e) {
            errors.add(
                e.getCause() instanceof UserError known
                    ? known.text()
                    : name + ": " + e.getCause());
          }
        });
    return results;
  }

  private int onNodes() {
    List<String> errors = new ArrayList<>();
    List<JsonNode> files = new ArrayList<>();
    try (ClusterClient client = cluster.open(shell)) {
      Map<String, Spreading> begun = new LinkedHashMap<>();
      for (JsonNode name : ClusterNames.matching(client, patterns, errors::add)) {
        String text = Facts.text(name, "name");
        begun.put(text, Spreading.begin(shell, client, text, on, 0));
      }
      begun.forEach(
          (name, spreading) -> {
            JsonNode file = spreading.await(stallSeconds);
            files.add(file);
            if (!spreading.everywhere(file)) {
              errors.add(
                  "%s is not on all of them: %s data where %s%s"
                      .formatted(name, shell.program(), name, cluster.suffix()));
            }
            if (!json.wanted()) {
              shell.say(name);
              spreading.tell(file);
            }
          });
    }
    json.print(shell, files);
    errors.forEach(error -> shell.err().println(shell.paint(Style.BAD, error)));
    return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private int told(SyncResult result) {
    if (!json.print(shell, result)) {
      result.errors().forEach(error -> shell.err().println(shell.paint(Style.BAD, error)));
      shell.say(
          "%d fetched (%s in %s), %d here already, %d failed"
              .formatted(
                  result.filesSynced(),
                  Sizes.text(result.bytesTransferred()),
                  Spans.text(result.duration().toMillis()),
                  result.filesPresent(),
                  result.filesFailed()));
    }
    return result.success() ? ExitCode.OK : ExitCode.FAILED;
  }
}
