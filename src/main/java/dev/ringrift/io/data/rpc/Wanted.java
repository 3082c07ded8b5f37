package dev.ringrift.io.data.rpc;

import dev.ringrift.agent.data.FetchRequest;
import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a caller wants to be downloaded.
///
/// @param target within the jail
/// @param headers sent to each source
record Wanted(Path target, Expected expected, List<URI> uris, Map<String, String> headers) {
  Wanted {
    uris = List.copyOf(uris);
    headers = Map.copyOf(headers);
  }

  FetchRequest request() {
    return new FetchRequest(target, expected, uris.stream().map(this::source).toList());
  }

  Source source(URI uri) {
    return new Source.Url(uri, headers);
  }

  Wanted with(List<URI> others) {
    return new Wanted(target, expected, others, headers);
  }
}
