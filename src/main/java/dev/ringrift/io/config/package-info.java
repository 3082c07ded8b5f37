/// The files and variables that people write: the agent's settings, known clusters, hosts, jobs.
@NullMarked
package dev.ringrift.io.config;

import org.jspecify.annotations.NullMarked;
