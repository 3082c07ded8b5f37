/// The ports of a node's files: what it holds, and how it fetches more.
@NullMarked
package dev.ringrift.agent.data;

import org.jspecify.annotations.NullMarked;
