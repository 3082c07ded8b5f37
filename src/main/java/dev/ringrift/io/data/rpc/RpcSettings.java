package dev.ringrift.io.data.rpc;

import java.nio.file.Path;

/// How the calls are answered.
///
/// @param root the folder below which downloads may write
/// @param secret that takes a call to change something
/// @param secretFile where the secret is kept, for people
/// @param session an id of this run
/// @param program this program's version
/// @param engine the engine that fetches
/// @param activeMax downloads at a time
public record RpcSettings(
    Path root,
    String secret,
    String secretFile,
    String session,
    String program,
    String engine,
    int activeMax) {
  private static final int SECRET_LENGTH_MIN = 32;

  public RpcSettings {
    if (secret.length() < SECRET_LENGTH_MIN) {
      throw new IllegalArgumentException(
          "a secret of %d characters: use at least %d"
              .formatted(secret.length(), SECRET_LENGTH_MIN));
    }
    if (activeMax < 1) {
      throw new IllegalArgumentException("%d downloads at a time".formatted(activeMax));
    }
  }
}
