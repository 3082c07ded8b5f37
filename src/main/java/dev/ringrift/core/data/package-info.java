/// What a file is to the cluster, and who should fetch which piece of it from whom.
@NullMarked
package dev.ringrift.core.data;

import org.jspecify.annotations.NullMarked;
