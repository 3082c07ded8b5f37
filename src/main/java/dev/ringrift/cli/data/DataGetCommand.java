package dev.ringrift.cli.data;

import dev.ringrift.agent.data.Fetch;
import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.cli.CommandError;
import dev.ringrift.cli.ExitCode;
import dev.ringrift.cli.JsonOption;
import dev.ringrift.cli.Shell;
import dev.ringrift.cli.Style;
import dev.ringrift.core.UserError;
import dev.ringrift.data.Aria2Transport;
import dev.ringrift.io.data.metalink.Metalink;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ringrift data get`.
@Command(
    name = "get",
    description = "Fetch a file here from many web servers at once; needs no cluster.")
public final class DataGetCommand implements Callable<Integer> {
  @Mixin private final FetchOptions options = new FetchOptions();
  @Mixin private final JsonOption json = new JsonOption();

  @Parameters(arity = "0..*", paramLabel = "URL", description = "Where the same file can be had.")
  private List<String> urls = new ArrayList<>();

  @Option(names = "--sha256", paramLabel = "HEX", description = "What its content must be.")
  private @Nullable String sha256;

  @Option(
      names = "--meta4",
      paramLabel = "FILE_OR_URL",
      description = "A metalink with hashes and sources.")
  private @Nullable String meta4;

  @Option(names = "-d", paramLabel = "DIR", description = "The folder (this one).")
  private Path dir = Path.of("");

  @Option(names = "-o", paramLabel = "NAME", description = "The name; else that of the source.")
  private @Nullable String name;

  private final Shell shell;

  public DataGetCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<URI> uris = CommandError.badInput(() -> urls.stream().map(FetchOptions::source).toList());
    try (Aria2Transport transport = options.open(shell)) {
      Wanting wanting =
          new Wanting(transport.web(), CommandError.badInput(options::headers), options.verify());
      List<Metalink.Entry> files =
          wanting.files(uris, Optional.ofNullable(sha256), Optional.ofNullable(meta4));
      if (files.size() > 1 && name != null) {
        throw new CommandError(
            ExitCode.BAD_INPUT,
            new UserError("-o names one file, and there are " + files.size(), "", ""));
      }
      return fetch(transport, wanting, files);
    }
  }

  private int fetch(Aria2Transport transport, Wanting wanting, List<Metalink.Entry> files) {
    FetchDisplay display = new FetchDisplay(shell, json.wanted());
    Map<String, Fetch> all = new LinkedHashMap<>();
    List<String> errors = new ArrayList<>();
    for (Metalink.Entry file : files) {
      try {
        FetchRequest request = request(wanting, file);
        Fetch fetch = transport.fetch(request);
        all.put(request.target().toString(), fetch);
        display.add(file.name().text(), fetch);
      } catch (UserError e) {
        errors.add(e.text());
      }
    }
    display.until(
        CompletableFuture.allOf(
            all.values().stream().map(Fetch::result).toArray(CompletableFuture[]::new)));
    Map<String, Object> facts = new LinkedHashMap<>();
    all.forEach((target, fetch) -> facts.put(target, outcome(fetch, errors)));
    json.print(shell, facts);
    errors.forEach(error -> shell.err().println(shell.paint(Style.BAD, error)));
    return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private FetchRequest request(Wanting wanting, Metalink.Entry file) {
    if (file.expected() instanceof Expected.Unverified && options.verify()) {
      throw new UserError(
          "%s has no hash, so nothing can tell whether it is right".formatted(file.name()),
          "",
          "give --sha256, or take it as it comes with --no-verify");
    }
    List<Source> sources =
        file.urls().stream()
            .<Source>map(uri -> new Source.Url(uri, wanting.headersFor(uri)))
            .toList();
    return new FetchRequest(
        wanting.target(dir, Optional.ofNullable(name), file), file.expected(), sources);
  }

  private static Object outcome(Fetch fetch, List<String> errors) {
    try {
      return fetch.result().join();
    } catch (CompletionException e) {
      String why =
          e.getCause() instanceof UserError known ? known.text() : String.valueOf(e.getCause());
      errors.add(why);
      return Map.of("error", why);
    }
  }
}
