package dev.ringrift.io.ledger;

import dev.ringrift.io.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.ratis.server.protocol.TermIndex;

/// An entry that a voter's log reached: `reached.json` in the ledger's folder.
///
/// What was applied was committed, and was on this disk before: Ratis counts an entry as committed
/// only up to where its log is flushed, truncates nothing that is committed, and purges only what a
/// snapshot has. So log and snapshots together can never end before it, unless something outside
/// cut or deleted them. See decision 11.
///
/// @param folder the id of the data folder that it is about
/// @param term of the entry; the voter's own is never lower
/// @param index of the entry
record Reached(String folder, long term, long index) {
  /// What is known of `folder`; nothing of one that is new, or was opened only by a program from
  /// before this was kept.
  ///
  /// @throws IOException when it is there and cannot be read
  static Optional<Reached> read(LedgerFolder folder) throws IOException {
    Path file = file(folder);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(Files.readAllBytes(file), Reached.class))
          .filter(found -> found.folder.equals(folder.self().folder()));
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Writes down that `folder` reached `entry`, which is applied; returns after it is on disk.
  static void write(LedgerFolder folder, TermIndex entry) throws IOException {
    Reached reached = new Reached(folder.self().folder(), entry.getTerm(), entry.getIndex());
    Disk.write(file(folder), Json.pretty(reached).getBytes(StandardCharsets.UTF_8));
  }

  private static Path file(LedgerFolder folder) {
    return folder.root().resolve("reached.json");
  }
}
