/// A whole cluster on this machine, to try.
@NullMarked
package dev.ringrift.cli.demo;

import org.jspecify.annotations.NullMarked;
