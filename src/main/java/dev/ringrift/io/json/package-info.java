/// JSON for what the core and the agent say and keep; the one package that other adapters share.
@NullMarked
package dev.ringrift.io.json;

import org.jspecify.annotations.NullMarked;
