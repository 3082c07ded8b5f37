package dev.ringrift.io.data.server;

import dev.ringrift.agent.data.Holding;
import dev.ringrift.agent.data.Holdings;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.ServedFile;
import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// Answers what is asked about content by its id, whole or still being fetched. May block, and for
/// `have` is meant to.
final class ObjectAnswers {
  private static final Pattern PATH = Pattern.compile("/o/([0-9a-fA-F]{64})/(manifest|have|data)");
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);
  private static final String FOR_EVER = "private, no-transform, max-age=31536000, immutable";
  private static final String GENERATION = "X-Have-Gen";
  private static final String LOAD = "X-Load";

  private final FileStore store;
  private final Holdings holdings;
  private final UploadSlots slots;

  ObjectAnswers(FileStore store, Holdings holdings, UploadSlots slots) {
    this.store = store;
    this.holdings = holdings;
    this.slots = slots;
  }

  /// Whether a path is one of these.
  static boolean asked(String path) {
    return path.startsWith("/o/");
  }

  /// Which content a path is about; empty when none.
  static Optional<ObjectId> id(String path) {
    Matcher match = PATH.matcher(path);
    return match.matches() ? Optional.of(ObjectId.parse(match.group(1))) : Optional.empty();
  }

  /// Whether the answer may take long to come.
  static boolean waits(String path) {
    return asked(path) && path.endsWith("/have");
  }

  Answer answer(Ask ask, Reader reader) throws IOException, InterruptedException {
    Matcher path = PATH.matcher(ask.path());
    if (!path.matches()) {
      return Answer.notFound();
    }
    ObjectId id = ObjectId.parse(path.group(1));
    Optional<Holding> holding = holdings.find(id);
    if (holding.isEmpty()) {
      return missing(id);
    }
    return switch (path.group(2)) {
      case "manifest" -> manifest(holding.get());
      case "have" -> have(ask, holding.get());
      default -> data(ask, reader, id, holding.get());
    };
  }

  private Answer missing(ObjectId id) {
    return Answer.text(404, store.lost(id).orElse("this node does not have it"));
  }

  private static Answer manifest(Holding holding) {
    byte[] encoded =
        holding instanceof ServedFile file ? file.encodedManifest() : holding.manifest().encoded();
    return Answer.of(200, Contents.TYPE, encoded).with("Cache-Control", FOR_EVER);
  }

  private static Answer have(Ask ask, Holding holding) throws InterruptedException {
    long since = ask.number("since", -1);
    long seconds = Math.min(ask.number("wait", 0), WAIT_MAX.toSeconds());
    Holding.Have have =
        since < 0 || ask.head()
            ? holding.have()
            : holding.awaitChange(since, Duration.ofSeconds(seconds));
    ObjectNode node = Json.shared().createObjectNode();
    node.put("gen", have.generation());
    node.put("pieces", have.verified().pieces());
    node.put("have", Base64.getEncoder().encodeToString(have.verified().bytes()));
    node.put("coming", Base64.getEncoder().encodeToString(have.coming().bytes()));
    return Answer.json(node);
  }

  private Answer data(Ask ask, Reader reader, ObjectId id, Holding holding) throws IOException {
    if (ask.head()) {
      return given(ask, id, holding, bytes -> {}).with(LOAD, slots.load());
    }
    Optional<UploadSlots.Slot> slot = slots.take(reader);
    if (slot.isEmpty()) {
      return Answer.busy("this node gives as many pieces as it can", 1).with(LOAD, slots.load());
    }
    boolean given = false;
    try {
      Answer answer =
          given(ask, id, holding, slot.get()::moved).with(LOAD, slots.load()).then(slot.get());
      given = true;
      return answer;
    } finally {
      if (!given) {
        slot.get().run();
      }
    }
  }

  private Answer given(Ask ask, ObjectId id, Holding holding, LongConsumer moved)
      throws IOException {
    Holding.Have have = holding.have();
    long size = size(holding);
    String generation = "" + have.generation();
    if (!have.verified().complete() && !verified(ask, holding.manifest(), have)) {
      return Answer.text(416, "not all of this is here yet")
          .with("Content-Range", "bytes */" + size)
          .with(GENERATION, generation);
    }
    try {
      FileChannel file =
          holding instanceof ServedFile served
              ? store.open(served)
              : FileChannel.open(
                  holding.file(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      Optional<Sha256> sha256 =
          holding instanceof ServedFile served ? Optional.of(served.sha256()) : Optional.empty();
      return Contents.of(ask, new CountedFile(file, moved), size, sha256, -1)
          .with(GENERATION, generation);
    } catch (NoSuchFileException e) {
      return missing(id); // it has changed; or it was moved, and who asks again will find it
    }
  }

  private static long size(Holding holding) {
    return holding instanceof ServedFile file
        ? file.stamp().sizeBytes()
        : holding.manifest().sizeBytes();
  }

  /// Whether all that is asked for has been verified.
  private static boolean verified(Ask ask, Manifest manifest, Holding.Have have) {
    if (ask.header("if-range").isPresent()
        || !(ByteRanges.parse(ask.header("range"), manifest.sizeBytes())
            instanceof ByteRanges.Parts parts)) {
      return false;
    }
    for (Span span : parts.spans()) {
      int last = (int) (span.last() / manifest.pieceLength());
      for (int piece = (int) (span.first() / manifest.pieceLength()); piece <= last; piece++) {
        if (!have.verified().has(piece)) {
          return false;
        }
      }
    }
    return true;
  }
}
