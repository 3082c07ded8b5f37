/// The simulation: whole agents on a virtual clock, network, disk and ledger model, from a seed.
@NullMarked
package dev.ringrift.sim;

import org.jspecify.annotations.NullMarked;
