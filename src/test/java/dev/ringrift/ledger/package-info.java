/// What every ledger must do, the real one and the simulation's model of it.
@NullMarked
package dev.ringrift.ledger;

import org.jspecify.annotations.NullMarked;
