/// The keeper: the small process that starts, watches and ends jobs and outlives the agent.
@NullMarked
package dev.ringrift.io.keeper;

import org.jspecify.annotations.NullMarked;
