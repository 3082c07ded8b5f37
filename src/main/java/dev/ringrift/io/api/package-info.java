/// What a node answers, whatever carries the question: HTTP and links come to the same routes.
@NullMarked
package dev.ringrift.io.api;

import org.jspecify.annotations.NullMarked;
