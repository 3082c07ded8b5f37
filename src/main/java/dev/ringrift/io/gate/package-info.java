/// What every listener of a node needs: who may come in, and who holds a port that is taken.
@NullMarked
package dev.ringrift.io.gate;

import org.jspecify.annotations.NullMarked;
