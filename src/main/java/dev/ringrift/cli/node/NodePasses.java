package dev.ringrift.cli.node;

import dev.ringrift.core.data.ObjectId;
import dev.ringrift.io.data.server.PassCheck;
import dev.ringrift.io.trust.DataPasses;

/// Lets the cluster's nodes read each other's files.
record NodePasses(DataPasses passes) implements PassCheck {
  @Override
  public boolean isPass(String shown) {
    return DataPasses.isPass(shown);
  }

  @Override
  public String check(String shown, ObjectId id) {
    return passes.check(shown, id).value();
  }
}
