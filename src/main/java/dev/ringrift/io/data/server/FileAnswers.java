package dev.ringrift.io.data.server;

import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.io.data.files.FileStore;
import dev.ringrift.io.data.files.Found;
import dev.ringrift.io.data.files.ServedFile;
import dev.ringrift.io.data.metalink.Metalink;
import dev.ringrift.io.data.metalink.MetalinkText;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Answers what is asked about names: files, metalinks of them, and folders. May block.
final class FileAnswers {
  private static final String METALINK = "meta4";
  private static final int READ_SOON_SECONDS = 5;

  private final FileStore store;
  private final Holders holders;

  FileAnswers(FileStore store, Holders holders) {
    this.store = store;
    this.holders = holders;
  }

  Answer answer(Ask ask) throws IOException {
    Optional<AskedPath> path = AskedPath.parse(ask.path());
    if (path.isEmpty()) {
      return Answer.notFound();
    }
    if (path.get().name().isEmpty()) {
      return Listings.answer(ask, Optional.empty(), store);
    }
    RelativePath name = path.get().name().get();
    return switch (store.find(name).orElse(null)) {
      case null -> Answer.notFound();
      case Found.Folder _ ->
          path.get().folder()
              ? Listings.answer(ask, Optional.of(name), store)
              : Answer.text(301, "it is a folder")
                  .with("Location", "/" + AskedPath.encode(name.text()) + "/");
      case Found.File file -> {
        if (path.get().folder()) {
          yield Answer.notFound();
        }
        yield ask.query().containsKey(METALINK) ? metalink(ask, file) : content(ask, file);
      }
    };
  }

  private Answer content(Ask ask, Found.File file) throws IOException {
    try {
      return opened(ask, file);
    } catch (NoSuchFileException e) {
      // It was replaced since it was looked at; what is there now is what is asked for.
      if (store.find(file.name()).orElse(null) instanceof Found.File now) {
        return opened(ask, now);
      }
      return Answer.notFound();
    }
  }

  private Answer opened(Ask ask, Found.File file) throws IOException {
    Optional<ServedFile> known = file.known();
    FileChannel channel = known.isPresent() ? store.open(known.get()) : store.open(file);
    long size = known.isPresent() ? known.get().stamp().sizeBytes() : sizeOf(channel);
    return Contents.of(
        ask,
        channel,
        size,
        known.map(ServedFile::sha256),
        TimeUnit.NANOSECONDS.toMillis(file.stamp().modifiedNanos()));
  }

  private static long sizeOf(FileChannel channel) throws IOException {
    try {
      return channel.size();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private Answer metalink(Ask ask, Found.File file) {
    if (file.known().isEmpty()) {
      return Answer.busy(
          "this file is still being read; its hashes are not known yet", READ_SOON_SECONDS);
    }
    ServedFile known = file.known().get();
    List<URI> urls = new ArrayList<>();
    ownUrl(ask).ifPresent(urls::add);
    for (URI base : holders.of(known.id())) {
      if (urls.size() < Metalink.URLS_MAX) {
        urls.add(dataUrl(base, known.id()));
      }
    }
    Metalink document =
        Metalink.of(
            new RelativePath(file.name().fileName()),
            known.manifest(),
            Optional.of(known.sha256()),
            urls);
    return Answer.of(
        200,
        MetalinkText.MEDIA_TYPE,
        MetalinkText.write(document).getBytes(StandardCharsets.UTF_8));
  }

  /// Where the asker found this file.
  private static Optional<URI> ownUrl(Ask ask) {
    return ask.header("host")
        .filter(host -> host.matches("[0-9A-Za-z.\\-_\\[\\]:]{1,260}"))
        .map(host -> URI.create("http://" + host + ask.path()));
  }

  private static URI dataUrl(URI base, ObjectId id) {
    return base.resolve("/o/%s/data".formatted(id));
  }
}
