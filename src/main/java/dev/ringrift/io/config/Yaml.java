package dev.ringrift.io.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads YAML into values that know their line, and writes it. Scalars stay the text that was
/// written: what they ought to be is the reader's business.
final class Yaml {
  /// Most values of one file: aliases can make a small file grow without end.
  private static final int VALUES_MAX = 200_000;

  private final Problems problems;
  private int values;

  private Yaml(Problems problems) {
    this.problems = problems;
  }

  /// Reads a file's text; what is wrong within goes to `problems`, and the rest is returned.
  ///
  /// @param what the error's first line when the text is no YAML at all
  static Value.Table table(String text, String what, Problems problems) {
    Value.Table table = table(text, problems);
    if (table.entries().isEmpty()) {
      problems.throwIfAny(what, "correct this line");
    }
    return table;
  }

  private static Value.Table table(String text, Problems problems) {
    Optional<Node> root;
    try {
      LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
      root = new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      String where = e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1)).orElse("");
      problems.add(where, "this is not YAML: " + e.getProblem());
      return Value.Table.empty();
    } catch (YamlEngineException e) {
      problems.add("", "this is not YAML: " + e.getMessage());
      return Value.Table.empty();
    }
    if (root.isEmpty()) {
      return Value.Table.empty();
    }
    return switch (new Yaml(problems).value(root.get())) {
      case Value.Table table -> table;
      case Value.Nothing nothing -> Value.Table.empty();
      case Value.Text other -> notATable(other, problems);
      case Value.Sequence other -> notATable(other, problems);
    };
  }

  /// The YAML text of maps, lists, strings, numbers and booleans.
  static String write(Map<String, ?> content) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setDereferenceAliases(true)
            .setWidth(1000)
            .build();
    return new Dump(settings).dumpToString(content);
  }

  private static Value.Table notATable(Value value, Problems problems) {
    problems.add(value.where(), "expected 'key: value' lines");
    return Value.Table.empty();
  }

  private Value value(Node node) {
    String where = where(node);
    if (++values > VALUES_MAX || node.isRecursive()) {
      problems.add(where, "too large: an alias makes it grow without end");
      return new Value.Nothing(where);
    }
    return switch (node) {
      case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> new Value.Nothing(where);
      case ScalarNode scalar -> new Value.Text(where, scalar.getValue());
      case SequenceNode sequence -> {
        List<Value> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(value(item));
        }
        yield new Value.Sequence(where, items);
      }
      case MappingNode mapping -> table(where, mapping);
      default -> throw new IllegalStateException("unknown YAML node " + node.getNodeType());
    };
  }

  private Value.Table table(String where, MappingNode mapping) {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(where(tuple.getKeyNode()), "a key must be a word");
        continue;
      }
      Value.Entry entry = new Value.Entry(where(key), value(tuple.getValueNode()));
      Value.Entry earlier = entries.putIfAbsent(key.getValue(), entry);
      if (earlier != null) {
        problems.add(
            entry.where(),
            "'%s' is there twice, first on %s".formatted(key.getValue(), earlier.where()));
      }
    }
    return new Value.Table(where, entries);
  }

  private static String where(Node node) {
    return node.getStartMark().map(mark -> "line " + (mark.getLine() + 1)).orElse("");
  }
}
