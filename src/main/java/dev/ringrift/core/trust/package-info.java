/// Who a caller is and what it may do.
@NullMarked
package dev.ringrift.core.trust;

import org.jspecify.annotations.NullMarked;
