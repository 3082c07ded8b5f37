/// Commands for the cluster's files.
@NullMarked
package dev.ringrift.cli.data;

import org.jspecify.annotations.NullMarked;
