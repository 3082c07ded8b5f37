/// Fetches by a supervised `aria2c` (aria2's manual: aria2c(1), *RPC interface*).
@NullMarked
package dev.ringrift.io.data.aria2;

import org.jspecify.annotations.NullMarked;
