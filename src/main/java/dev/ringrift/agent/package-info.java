/// One node of the cluster: its loop and what it does as worker, voter and leader.
@NullMarked
package dev.ringrift.agent;

import org.jspecify.annotations.NullMarked;
