/// What a node shows of itself and of the cluster: plain facts for HTTP, metrics and the page.
@NullMarked
package dev.ringrift.agent.view;

import org.jspecify.annotations.NullMarked;
