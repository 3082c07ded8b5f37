/// The outside: one package for each outside thing; adapters do not know each other.
@NullMarked
package dev.ringrift.io;

import org.jspecify.annotations.NullMarked;
