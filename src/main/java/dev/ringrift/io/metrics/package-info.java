/// The figures of a node for Prometheus.
@NullMarked
package dev.ringrift.io.metrics;

import org.jspecify.annotations.NullMarked;
