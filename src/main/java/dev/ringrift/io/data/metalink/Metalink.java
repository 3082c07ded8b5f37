package dev.ringrift.io.data.metalink;

import dev.ringrift.agent.data.FetchRequest.Expected;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A Metalink 4 document: files, what is in them, and URLs that give them whole.
public record Metalink(List<Entry> files) {
  /// Most files of a document.
  public static final int FILES_MAX = 1_000;

  /// Most URLs of a file.
  public static final int URLS_MAX = 256;

  public Metalink {
    if (files.isEmpty() || files.size() > FILES_MAX) {
      throw new IllegalArgumentException(
          "a metalink with %d files: it has 1 to %d".formatted(files.size(), FILES_MAX));
    }
    files = List.copyOf(files);
  }

  /// A document with one file.
  ///
  /// @param urls best first
  public static Metalink of(
      RelativePath name, Manifest manifest, Optional<Sha256> sha256, List<URI> urls) {
    return new Metalink(
        List.of(
            new Entry(
                name, OptionalLong.of(manifest.sizeBytes()), sha256, Optional.of(manifest), urls)));
  }

  /// One file.
  ///
  /// @param sizeBytes empty where the document does not say
  /// @param sha256 of the whole, where the document has it
  /// @param manifest its pieces, where the document has SHA-256 hashes of them
  /// @param urls best first
  public record Entry(
      RelativePath name,
      OptionalLong sizeBytes,
      Optional<Sha256> sha256,
      Optional<Manifest> manifest,
      List<URI> urls) {
    public Entry {
      if (urls.size() > URLS_MAX) {
        throw new IllegalArgumentException(
            "%d URLs of %s: at most %d are taken".formatted(urls.size(), name, URLS_MAX));
      }
      urls = List.copyOf(urls);
    }

    /// How its content can be verified.
    public Expected expected() {
      if (manifest.isPresent() && manifest.get().pieceCount() > 0) {
        return new Expected.Pieces(manifest.get(), sha256);
      }
      return sha256.<Expected>map(Expected.Whole::new).orElseGet(Expected.Unverified::new);
    }
  }
}
