/// The agent process and its data folder.
@NullMarked
package dev.ringrift.cli.node;

import org.jspecify.annotations.NullMarked;
