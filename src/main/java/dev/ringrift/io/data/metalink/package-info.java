/// Metalink 4 documents (RFC 5854): where files can be fetched, and the hashes of their pieces.
@NullMarked
package dev.ringrift.io.data.metalink;

import org.jspecify.annotations.NullMarked;
