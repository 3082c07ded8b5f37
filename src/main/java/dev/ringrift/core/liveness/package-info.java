/// Judges from what was heard, and when, which nodes are alive.
@NullMarked
package dev.ringrift.core.liveness;

import org.jspecify.annotations.NullMarked;
