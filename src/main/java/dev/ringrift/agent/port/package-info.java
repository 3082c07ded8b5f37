/// What an agent needs from the outside, as interfaces that 'io' implements.
@NullMarked
package dev.ringrift.agent.port;

import org.jspecify.annotations.NullMarked;
