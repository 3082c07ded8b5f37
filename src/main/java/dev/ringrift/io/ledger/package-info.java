/// The ledger: Apache Ratis on our links, with authority that is fresh and disks that are checked.
@NullMarked
package dev.ringrift.io.ledger;

import org.jspecify.annotations.NullMarked;
