/// Agents' messages over links.
@NullMarked
package dev.ringrift.io.network;

import org.jspecify.annotations.NullMarked;
