package dev.ringrift.io.data.rpc;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// The parameters of a call after the secret, by place.
record CallParams(List<JsonNode> values) {
  CallParams {
    values = List.copyOf(values);
  }

  JsonNode get(int place) {
    return place < values.size() ? values.get(place) : MissingNode.getInstance();
  }

  String text(int place) {
    JsonNode value = need(place);
    if (!value.isString()) {
      throw wrong(place);
    }
    return value.stringValue();
  }

  String gid() {
    return text(0);
  }

  int number(int place) {
    JsonNode value = need(place);
    if (!value.isInt()) {
      throw wrong(place);
    }
    return value.intValue();
  }

  /// Empty where it is missing.
  List<String> texts(int place) {
    JsonNode value = get(place);
    if (!value.isMissingNode() && !value.isArray()) {
      throw wrong(place);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      if (!item.isString()) {
        throw wrong(place);
      }
      texts.add(item.stringValue());
    }
    return texts;
  }

  List<URI> uris(int place) {
    return texts(place).stream().map(CallParams::uri).toList();
  }

  private static URI uri(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw RpcError.refused(
        "'%s' cannot be fetched: only http://HOST/PATH and https://HOST/PATH can".formatted(text));
  }

  private JsonNode need(int place) {
    JsonNode value = get(place);
    if (value.isMissingNode()) {
      throw RpcError.refused("The parameter at %d is required but missing.".formatted(place));
    }
    return value;
  }

  private static RpcError wrong(int place) {
    return RpcError.refused("The parameter at %d has wrong type.".formatted(place));
  }
}
