/// The replicated state and the commands that change it.
@NullMarked
package dev.ringrift.core.ledger;

import org.jspecify.annotations.NullMarked;
