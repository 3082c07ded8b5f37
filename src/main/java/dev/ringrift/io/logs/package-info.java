/// The output of jobs, streamed to a voter so that it outlives the box.
@NullMarked
package dev.ringrift.io.logs;

import org.jspecify.annotations.NullMarked;
