/// The highest fence this node has obeyed, on disk.
@NullMarked
package dev.ringrift.io.fence;

import org.jspecify.annotations.NullMarked;
