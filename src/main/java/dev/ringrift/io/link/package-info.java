/// Links between nodes: TLS with both nodes' keys inside a WebSocket, and messages on it.
@NullMarked
package dev.ringrift.io.link;

import org.jspecify.annotations.NullMarked;
