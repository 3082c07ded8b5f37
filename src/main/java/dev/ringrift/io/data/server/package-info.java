/// The data server: a node's files over HTTP.
@NullMarked
package dev.ringrift.io.data.server;

import org.jspecify.annotations.NullMarked;
