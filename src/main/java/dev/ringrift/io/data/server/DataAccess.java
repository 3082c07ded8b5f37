package dev.ringrift.io.data.server;

import dev.ringrift.io.gate.TokenCheck;
import java.util.Set;

/// What decides who may read files.
///
/// @param node the node's name
/// @param worker whether it is a worker, which must not be shown a strong token
/// @param ownNames host names under which people reach it, beside addresses and `localhost`
/// @param tokens tells who holds a token
/// @param passes tells which nodes may read a file
public record DataAccess(
    String node, boolean worker, Set<String> ownNames, TokenCheck tokens, PassCheck passes) {
  public DataAccess {
    ownNames = Set.copyOf(ownNames);
  }
}
