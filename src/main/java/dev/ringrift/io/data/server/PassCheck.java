package dev.ringrift.io.data.server;

import dev.ringrift.core.data.ObjectId;

/// Tells whether another node of the cluster may read a file: it shows a pass for that file alone.
/// Thread-safe; may block for a moment.
public interface PassCheck {
  /// Whether a bearer's text is a pass, good or not.
  boolean isPass(String shown);

  /// The node whose pass it is.
  ///
  /// @throws dev.ringrift.core.UserError when the pass is not good for this file, and why
  String check(String shown, ObjectId id);
}
