/// What the node offers and how busy it is, measured on a thread of its own.
@NullMarked
package dev.ringrift.io.telemetry;

import org.jspecify.annotations.NullMarked;
