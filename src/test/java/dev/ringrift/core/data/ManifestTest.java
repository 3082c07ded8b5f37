package dev.ringrift.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final Sha256 A = Sha256.parse("a".repeat(64));
  private static final Sha256 B = Sha256.parse("b".repeat(64));

  @Test
  void isTheSameAfterItWasWrittenAndRead() {
    Manifest manifest = new Manifest(9_000_000, 4 << 20, List.of(A, B, A));

    Manifest read = Manifest.decode(manifest.encoded());

    assertThat(read).isEqualTo(manifest);
    assertThat(read.id()).isEqualTo(manifest.id());
  }

  @Test
  void anyOtherContentHasAnotherId() {
    Manifest manifest = new Manifest(9_000_000, 4 << 20, List.of(A, B, A));

    assertThat(new Manifest(9_000_001, 4 << 20, List.of(A, B, A)).id()).isNotEqualTo(manifest.id());
    assertThat(new Manifest(9_000_000, 4 << 20, List.of(A, A, B)).id()).isNotEqualTo(manifest.id());
  }

  @Test
  void theLastPieceIsShorter() {
    Manifest manifest = new Manifest(9_000_000, 4 << 20, List.of(A, B, A));

    assertThat(manifest.offset(2)).isEqualTo(8L << 20);
    assertThat(manifest.length(1)).isEqualTo(4 << 20);
    assertThat(manifest.length(2)).isEqualTo(9_000_000 - (8 << 20));
  }

  @Test
  void anEmptyFileHasNoPiece() {
    assertThat(new Manifest(0, 4 << 20, List.of()).pieceCount()).isZero();
  }

  @Test
  void asManyHashesAsPiecesOrNone() {
    assertThatThrownBy(() -> new Manifest(9_000_000, 4 << 20, List.of(A, B)))
        .hasMessageContaining("3 hashes, not 2");
  }

  @Test
  void whatIsNoManifestIsRefused() {
    byte[] good = new Manifest(9_000_000, 4 << 20, List.of(A, B, A)).encoded();

    assertThatThrownBy(() -> Manifest.decode(new byte[0])).hasMessageContaining("no manifest");
    assertThatThrownBy(() -> Manifest.decode(Arrays.copyOf(good, good.length - 1)))
        .hasMessageContaining("no manifest");
    assertThatThrownBy(() -> Manifest.decode(Arrays.copyOf(good, good.length - Sha256.BYTES)))
        .hasMessageContaining("3 hashes, not 2");
  }

  @Test
  void piecesGrowWithTheFile() {
    assertThat(Manifest.pieceLengthFor(0)).isEqualTo(4 << 20);
    assertThat(Manifest.pieceLengthFor(1_000_000_000L)).isEqualTo(4 << 20);
    assertThat(Manifest.pieceLengthFor(10_000_000_000L)).isEqualTo(8 << 20);
    assertThat(Manifest.pieceLengthFor(900_000_000_000L)).isEqualTo(32 << 20);
  }

  @Test
  void theGreatestManifestIsWithinItsLimit() {
    Manifest greatest =
        new Manifest(
            (long) Manifest.PIECES_MAX * Manifest.PIECE_LENGTH_MAX,
            Manifest.PIECE_LENGTH_MAX,
            Collections.nCopies(Manifest.PIECES_MAX, A));

    assertThat(Manifest.decode(greatest.encoded())).isEqualTo(greatest);
  }
}
