/// aria2's JSON-RPC (aria2c(1), *RPC interface*), answered by this node whichever engine fetches.
@NullMarked
package dev.ringrift.io.data.rpc;

import org.jspecify.annotations.NullMarked;
