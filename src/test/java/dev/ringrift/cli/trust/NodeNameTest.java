package dev.ringrift.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringrift.cli.node.NodeFolder;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.Role;
import dev.ringrift.core.UserError;
import dev.ringrift.io.trust.Ed25519;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeNameTest {
  @TempDir Path data;

  @Test
  void aFolderKeepsItsNodesId() {
    NodeFolder folder = new NodeFolder(data.resolve("node"));
    assertThat(NodeName.of(folder, new NodeId("v3"))).isEqualTo(new NodeId("v3"));
    assertThat(NodeName.of(folder, null).value()).isNotEmpty();

    OperatorFolder operator = new OperatorFolder(data.resolve("operator"));
    operator.create("lab");
    String key = Ed25519.text(folder.trust().nodeKeys().getPublic());
    folder.trust().store(operator.issue(new NodeId("v3"), Role.VOTER, key));
    assertThat(NodeName.of(folder, null)).isEqualTo(new NodeId("v3"));
    assertThat(NodeName.of(folder, new NodeId("v3"))).isEqualTo(new NodeId("v3"));
    assertThatThrownBy(() -> NodeName.of(folder, new NodeId("other")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is that of node v3");
  }
}
