/// For programs: fetches files from data servers, with nothing else of RingRift running.
/// `Aria2Transport` is where to begin.
@NullMarked
package dev.ringrift.data;

import org.jspecify.annotations.NullMarked;
