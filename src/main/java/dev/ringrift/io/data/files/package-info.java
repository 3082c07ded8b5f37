/// The files of a node: what is in them, and which of them it serves.
@NullMarked
package dev.ringrift.io.data.files;

import org.jspecify.annotations.NullMarked;
