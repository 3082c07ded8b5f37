/// What a node does with the cluster's files on its disk: takes, fetches and removes them.
@NullMarked
package dev.ringrift.io.data.depot;

import org.jspecify.annotations.NullMarked;
