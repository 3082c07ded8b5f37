/// The agent's control port: HTTP for people and programs, and the door for links.
@NullMarked
package dev.ringrift.io.http;

import org.jspecify.annotations.NullMarked;
