package dev.ringrift.agent.data;

import dev.ringrift.core.data.Content;

/// A file that is to lie in an attempt's working folder when it starts.
///
/// @param name for people: what it is published as
/// @param path below the working folder
/// @param source where it lies on this node; empty until it is here
public record JobInput(Content content, String name, String path, How how, String source) {
  /// How it is brought into the folder.
  public enum How {
    /// By a symbolic link: the program reads it.
    LINK,
    /// By a copy: the program writes it.
    COPY,
    /// It is a packed folder, to be unpacked.
    UNPACK
  }

  /// The same with the place where it lies.
  public JobInput at(String file) {
    return new JobInput(content, name, path, how, file);
  }
}
