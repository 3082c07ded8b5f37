/// The Bully rule: which voter ought to lead, and when it takes over.
@NullMarked
package dev.ringrift.core.election;

import org.jspecify.annotations.NullMarked;
