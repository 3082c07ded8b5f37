package dev.ringrift.io.data.files;

import dev.ringrift.core.data.RelativePath;
import java.util.Optional;

/// What a folder of the served files shows.
///
/// @param folder whether it is one itself; then size and time are 0
/// @param modifiedMillis since 1970
/// @param known what is in it, once it has been read
public record Listed(
    RelativePath name,
    boolean folder,
    long sizeBytes,
    long modifiedMillis,
    Optional<ServedFile> known) {}
