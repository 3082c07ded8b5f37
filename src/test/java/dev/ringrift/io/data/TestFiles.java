package dev.ringrift.io.data;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Content for tests of fetching.
public final class TestFiles {
  private TestFiles() {}

  public static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// The same with one bit changed in each of these places.
  public static byte[] flipped(byte[] content, int... places) {
    byte[] wrong = content.clone();
    for (int place : places) {
      wrong[place] ^= 1;
    }
    return wrong;
  }

  public static Sha256 sha256(byte[] content) {
    try {
      return Sha256.of(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  public static Manifest manifest(byte[] content, int pieceLength) {
    List<Sha256> pieces = new ArrayList<>();
    for (int at = 0; at < content.length; at += pieceLength) {
      pieces.add(
          sha256(Arrays.copyOfRange(content, at, Math.min(content.length, at + pieceLength))));
    }
    return new Manifest(content.length, pieceLength, pieces);
  }
}
