package dev.ringrift.io.data.server;

import dev.ringrift.core.data.ObjectId;
import java.net.URI;
import java.util.List;

/// Who else has a whole file. Thread-safe; may block for a moment.
@FunctionalInterface
public interface Holders {
  /// Data servers, as `http://host:port`, best first; without this node's own.
  List<URI> of(ObjectId id);
}
