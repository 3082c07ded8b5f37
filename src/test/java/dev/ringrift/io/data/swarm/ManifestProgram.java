package dev.ringrift.io.data.swarm;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes the manifest of a file: `FILE MANIFEST`.
final class ManifestProgram {
  private ManifestProgram() {}

  public static void main(String[] words) throws Exception {
    Path file = Path.of(words[0]);
    long size = Files.size(file);
    int length = Manifest.pieceLengthFor(size);
    List<Sha256> pieces = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (byte[] piece = in.readNBytes(length); piece.length > 0; piece = in.readNBytes(length)) {
        pieces.add(Sha256.of(Digests.sha256().digest(piece)));
      }
    }
    Files.write(Path.of(words[1]), new Manifest(size, length, pieces).encoded());
  }
}
