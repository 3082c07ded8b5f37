/// Jobs: what they ask for, where they are placed, when they are tried again, why they wait.
@NullMarked
package dev.ringrift.core.jobs;

import org.jspecify.annotations.NullMarked;
