package dev.ringrift.io.http;

import dev.ringrift.agent.view.NodeView;
import dev.ringrift.io.gate.TokenCheck;
import java.util.Set;

/// What decides who may come in.
///
/// @param view of this node; also what `/health` is answered from
/// @param ownNames host names under which people reach this node, beside addresses and `localhost`
/// @param tokens tells who holds a token
public record HttpAccess(NodeView view, Set<String> ownNames, TokenCheck tokens) {
  public HttpAccess {
    ownNames = Set.copyOf(ownNames);
  }
}
