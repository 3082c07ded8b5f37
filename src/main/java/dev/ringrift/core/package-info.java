/// Values that every room uses: ids, the fence, roles, errors for people.
@NullMarked
package dev.ringrift.core;

import org.jspecify.annotations.NullMarked;
