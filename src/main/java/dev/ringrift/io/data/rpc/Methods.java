package dev.ringrift.io.data.rpc;

import dev.ringrift.io.data.files.Jail;
import dev.ringrift.io.data.rpc.Download.State;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// The methods by name. Thread-safe.
///
/// What only tells may be called by whoever was let in; what changes something takes the secret as
/// its first parameter, `token:SECRET`. A wrong secret is refused for either.
final class Methods {
  /// What `aria2.getVersion` says: the version whose calls these are.
  static final String VERSION = "1.37.0";

  static final List<String> NOTIFICATIONS =
      List.of(
          "aria2.onDownloadStart",
          "aria2.onDownloadPause",
          "aria2.onDownloadStop",
          "aria2.onDownloadComplete",
          "aria2.onDownloadError");

  private static final String TOKEN = "token:";
  private static final int RESULTS_MAX = 1_000;
  private static final String OK = "OK";

  private final Map<String, Method> methods = new TreeMap<>();
  private final String secret;
  private final Downloads downloads;
  private final Jail jail;
  private final RpcSettings settings;

  private record Method(boolean changes, Function<CallParams, Object> body) {}

  Methods(Downloads downloads, Jail jail, RpcSettings settings) {
    this.secret = settings.secret();
    this.downloads = downloads;
    this.jail = jail;
    this.settings = settings;
    tells("getVersion", params -> version());
    tells("getSessionInfo", params -> Map.of("sessionId", settings.session()));
    tells("getGlobalStat", params -> globalStat());
    tells("getGlobalOption", params -> globalOptions());
    tells("tellStatus", params -> DownloadJson.status(one(params), params.texts(1)));
    tells("tellActive", params -> statuses(downloads.in(State.ACTIVE), params.texts(0)));
    tells("tellWaiting", params -> part(downloads.in(State.WAITING, State.PAUSED), params));
    tells(
        "tellStopped",
        params -> part(downloads.in(State.COMPLETE, State.ERROR, State.REMOVED), params));
    tells("getFiles", params -> DownloadJson.files(one(params)));
    tells("getUris", params -> DownloadJson.uris(one(params)));
    tells("getServers", params -> servers(one(params)));
    tells("getOption", params -> options(one(params)));
    Adding adding = new Adding(downloads, jail);
    changes("addUri", adding::uri);
    changes("addMetalink", adding::metalink);
    onGid("pause", downloads::pause);
    onGid("forcePause", downloads::pause);
    onGid("unpause", downloads::unpause);
    onGid("remove", downloads::remove);
    onGid("forceRemove", downloads::remove);
    changes("pauseAll", params -> each(downloads::pause, State.ACTIVE, State.WAITING));
    changes("forcePauseAll", params -> each(downloads::pause, State.ACTIVE, State.WAITING));
    changes("unpauseAll", params -> each(downloads::unpause, State.PAUSED));
    changes("changeUri", this::changeUri);
    changes(
        "removeDownloadResult",
        params -> {
          downloads.forget(params.gid());
          return OK;
        });
    changes(
        "purgeDownloadResult",
        params -> {
          downloads.forgetStopped();
          return OK;
        });
    methods.put("system.listMethods", new Method(false, params -> names()));
    methods.put("system.listNotifications", new Method(false, params -> NOTIFICATIONS));
  }

  private void tells(String name, Function<CallParams, Object> body) {
    methods.put("aria2." + name, new Method(false, body));
  }

  private void changes(String name, Function<CallParams, Object> body) {
    methods.put("aria2." + name, new Method(true, body));
  }

  private void onGid(String name, Consumer<String> body) {
    changes(
        name,
        params -> {
          body.accept(params.gid());
          return params.gid();
        });
  }

  /// Calls one.
  ///
  /// @param params as they came, with the secret first where it is shown
  /// @throws RpcError when it is refused
  Object call(String name, List<JsonNode> params) {
    boolean shown =
        !params.isEmpty()
            && params.getFirst().isString()
            && params.getFirst().stringValue().startsWith(TOKEN);
    if (shown && !secret(params.getFirst().stringValue().substring(TOKEN.length()))) {
      throw RpcError.refused("Unauthorized");
    }
    Method method = methods.get(name);
    if (method == null) {
      throw RpcError.refused("No such method: " + name);
    }
    if (method.changes() && !shown) {
      throw RpcError.refused(
          "Unauthorized: the first parameter must be 'token:' and the secret in "
              + settings.secretFile());
    }
    return method.body().apply(new CallParams(shown ? params.subList(1, params.size()) : params));
  }

  private boolean secret(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(methods.keySet());
    names.add("system.multicall");
    return names;
  }

  private Map<String, Object> version() {
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("version", VERSION);
    version.put("enabledFeatures", List.of("HTTPS", "Message Digest", "Metalink"));
    version.put("ringrift", settings.program());
    version.put("engine", settings.engine());
    return version;
  }

  private Map<String, Object> globalStat() {
    List<Download> active = downloads.in(State.ACTIVE);
    Map<String, Object> stat = new LinkedHashMap<>();
    stat.put("downloadSpeed", "" + active.stream().mapToLong(DownloadJson::rate).sum());
    stat.put("uploadSpeed", "0");
    stat.put("numActive", "" + active.size());
    stat.put("numWaiting", "" + downloads.in(State.WAITING, State.PAUSED).size());
    stat.put("numStopped", "" + downloads.in(State.COMPLETE, State.ERROR, State.REMOVED).size());
    stat.put("numStoppedTotal", "" + downloads.stoppedTotal());
    return stat;
  }

  private Map<String, Object> globalOptions() {
    return Map.of(
        "dir",
        jail.root().toString(),
        "max-concurrent-downloads",
        "" + settings.activeMax(),
        "max-download-result",
        "" + Downloads.STOPPED_MAX,
        "max-connection-per-server",
        "16",
        "min-split-size",
        "1048576");
  }

  private Download one(CallParams params) {
    return downloads.find(params.gid());
  }

  private static Map<String, Object> options(Download download) {
    return Map.of(
        "dir",
        String.valueOf(download.wanted().target().getParent()),
        "out",
        String.valueOf(download.wanted().target().getFileName()));
  }

  private static Object servers(Download download) {
    if (download.state() != State.ACTIVE) {
      throw RpcError.refused("No active download for GID#" + download.gid());
    }
    return DownloadJson.servers(download);
  }

  private static List<Map<String, Object>> statuses(List<Download> some, List<String> keys) {
    return some.stream().map(one -> DownloadJson.status(one, keys)).toList();
  }

  /// From `offset` on `number` of them; a negative offset counts from the end, backwards.
  private static List<Map<String, Object>> part(List<Download> all, CallParams params) {
    int offset = params.number(0);
    int number = params.number(1);
    List<Download> order = new ArrayList<>(all);
    long skip = offset;
    if (offset < 0) {
      Collections.reverse(order);
      skip = -1L - offset;
    }
    List<Download> some =
        order.stream().skip(skip).limit(Math.clamp(number, 0, RESULTS_MAX)).toList();
    return statuses(some, params.texts(2));
  }

  private String each(Consumer<String> action, State... states) {
    for (Download download : downloads.in(states)) {
      try {
        action.accept(download.gid());
      } catch (RpcError e) {
        // it has ended meanwhile
      }
    }
    return OK;
  }

  private List<Integer> changeUri(CallParams params) {
    if (params.number(1) != 1) {
      throw RpcError.refused("fileIndex is out of range");
    }
    return downloads.changeUris(params.gid(), params.uris(2), params.uris(3));
  }
}
