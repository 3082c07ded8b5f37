/// Making a cluster, and letting machines into it.
@NullMarked
package dev.ringrift.cli.trust;

import org.jspecify.annotations.NullMarked;
