/// Makes the archive that runs on a machine without Java.
@NullMarked
package dev.ringrift.cli.bundle;

import org.jspecify.annotations.NullMarked;
