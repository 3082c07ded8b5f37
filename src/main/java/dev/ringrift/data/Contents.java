package dev.ringrift.data;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.agent.data.Source;
import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.SyncPlan;
import dev.ringrift.io.data.web.WebClient;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// How each file is verified and from where it comes.
final class Contents {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

  private final WebClient web;
  private final Aria2Config config;
  private final boolean takesPieces;

  /// @param method of the engine; aria2 cannot use a source that is still fetching
  Contents(WebClient web, Aria2Config config, String method) {
    this.web = web;
    this.config = config;
    this.takesPieces = !method.equals("aria2");
  }

  record Content(Expected expected, List<Source> sources) {}

  /// @param fault is told of sources that give a wrong manifest, also where another helps
  /// @throws UserError when nothing can tell whether the file is right, or nobody has all of it
  Content of(SyncPlan.Wanted file, Consumer<String> fault) throws InterruptedException {
    List<SyncPlan.Place> places = new ArrayList<>(file.places());
    List<String> wrong = new ArrayList<>();
    Optional<Manifest> manifest =
        file.id().isPresent()
            ? manifest(file, file.id().get(), places, wrong, fault)
            : Optional.empty();
    if (manifest.isPresent()) {
      return new Content(new Expected.Pieces(manifest.get(), file.sha256()), sources(places, true));
    }
    if (!wrong.isEmpty() && file.sha256().isEmpty()) {
      throw new UserError("its manifest cannot be had", String.join("; ", wrong), "");
    }
    if (file.sha256().isPresent()) {
      return new Content(new Expected.Whole(file.sha256().get()), sources(places, false));
    }
    if (config.verifyChecksum()) {
      throw new UserError(
          "no source tells a hash of it",
          "they are older data servers, or have not read it yet",
          "fetch it unverified with verifyChecksum off (--no-verify)");
    }
    return new Content(new Expected.Unverified(), sources(places, false));
  }

  /// Asks one after the other; who gives a wrong one is asked for nothing more.
  private Optional<Manifest> manifest(
      SyncPlan.Wanted file,
      ObjectId id,
      List<SyncPlan.Place> places,
      List<String> wrong,
      Consumer<String> fault)
      throws InterruptedException {
    for (SyncPlan.Place place : List.copyOf(places)) {
      try {
        WebClient.Answer answer =
            web.get(
                URI.create("%s/o/%s/manifest".formatted(place.source(), id)),
                config.headers(),
                Manifest.ENCODED_BYTES_MAX,
                ANSWER_MAX);
        if (answer.status() != 200) {
          wrong.add("%s answers %d".formatted(place.source(), answer.status()));
          continue;
        }
        Manifest manifest = Manifest.decode(answer.body().getBytes());
        if (manifest.id().equals(id) && manifest.sizeBytes() == file.sizeBytes()) {
          return Optional.of(manifest);
        }
        refuse("%s gives the manifest of another file".formatted(place.source()), wrong, fault);
        places.remove(place);
      } catch (UserError e) {
        wrong.add("%s: %s".formatted(place.source(), e.because()));
      } catch (IllegalArgumentException e) {
        String why = "%s gives no manifest: %s".formatted(place.source(), e.getMessage());
        refuse(why, wrong, fault);
        places.remove(place);
      }
    }
    return Optional.empty();
  }

  private static void refuse(String why, List<String> wrong, Consumer<String> fault) {
    wrong.add(why);
    fault.accept(why);
  }

  private List<Source> sources(List<SyncPlan.Place> places, boolean byId) {
    List<Source> sources = new ArrayList<>();
    for (SyncPlan.Place place : places) {
      URI base = URI.create(place.source());
      boolean root = base.getRawPath() == null || base.getRawPath().isEmpty();
      if (place.complete()) {
        sources.add(
            new Source.Url(
                URI.create(place.source() + "/" + encoded(place.path())), config.headers()));
      } else if (byId && takesPieces && root) {
        sources.add(new Source.Peer(base, base.getAuthority(), false, config.headers()));
      }
    }
    if (sources.isEmpty()) {
      throw new UserError("no source has all of it and gives it rightly", "", "");
    }
    return sources;
  }

  static String encoded(RelativePath path) {
    return path.names().stream()
        .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}
