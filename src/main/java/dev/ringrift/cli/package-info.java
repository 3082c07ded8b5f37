/// The command line: one class a command; wires the other rooms together.
@NullMarked
package dev.ringrift.cli;

import org.jspecify.annotations.NullMarked;
