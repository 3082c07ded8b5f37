/// The machine's clocks.
@NullMarked
package dev.ringrift.io.clock;

import org.jspecify.annotations.NullMarked;
