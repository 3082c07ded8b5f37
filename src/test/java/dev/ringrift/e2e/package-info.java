/// Real processes on this machine.
@NullMarked
package dev.ringrift.e2e;

import org.jspecify.annotations.NullMarked;
