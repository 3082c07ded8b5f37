/// A file of lines that survive `kill -9` and a power cut.
@NullMarked
package dev.ringrift.io.journal;

import org.jspecify.annotations.NullMarked;
