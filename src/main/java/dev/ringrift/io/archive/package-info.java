/// Folders as one file.
@NullMarked
package dev.ringrift.io.archive;

import org.jspecify.annotations.NullMarked;
