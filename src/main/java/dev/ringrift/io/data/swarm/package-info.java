/// Fetches a file from many HTTP servers at once: the engine `swarm`.
@NullMarked
package dev.ringrift.io.data.swarm;

import org.jspecify.annotations.NullMarked;
