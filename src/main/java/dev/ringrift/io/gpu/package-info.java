/// What the machine's GPUs are and how busy they are.
@NullMarked
package dev.ringrift.io.gpu;

import org.jspecify.annotations.NullMarked;
