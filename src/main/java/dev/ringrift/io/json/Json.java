package dev.ringrift.io.json;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.ringrift.agent.Message;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.data.DataName;
import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.TaskId;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.Outcome;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/// Reads and writes the records of `core` and `agent` as JSON. Sealed types carry their name in
/// `type`, ids are their text, durations ISO-8601. Keys that are not known are skipped, so that
/// a newer node may say more. Thread-safe.
public final class Json {
  private static final JsonMapper MAPPER = mapper();
  private static final ObjectReader WHOLE =
      MAPPER.reader().with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Json() {}

  /// The bytes of `value`.
  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /// The text of `value`.
  public static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /// The text of `value` on several lines, for people.
  public static String pretty(Object value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /// Reads a `type`.
  ///
  /// @throws IllegalArgumentException when the bytes are no such thing
  public static <T> T read(byte[] bytes, Class<T> type) {
    try {
      return MAPPER.readValue(bytes, type);
    } catch (JacksonException e) {
      throw noSuchThing(type, e);
    }
  }

  /// Reads a `type` of which every key is known: where skipping one would change what it means.
  ///
  /// @throws IllegalArgumentException when the bytes are no such thing, or more than it
  public static <T> T readWhole(byte[] bytes, Class<T> type) {
    try {
      return WHOLE.forType(type).readValue(bytes);
    } catch (JacksonException e) {
      throw noSuchThing(type, e);
    }
  }

  private static IllegalArgumentException noSuchThing(Class<?> type, JacksonException e) {
    return new IllegalArgumentException(
        "not a %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
  }

  /// Reads any JSON.
  ///
  /// @throws IllegalArgumentException when the bytes are no JSON
  public static JsonNode tree(byte[] bytes) {
    return read(bytes, JsonNode.class);
  }

  /// A mapper with the same rules, for trees and other formats of writing.
  public static ObjectMapper shared() {
    return MAPPER;
  }

  private static JsonMapper mapper() {
    return JsonMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .addMixIn(Command.class, Typed.class)
        .addMixIn(Command.Step.class, Typed.class)
        .addMixIn(Outcome.class, Typed.class)
        .addMixIn(Message.class, Typed.class)
        .addMixIn(NodeId.class, NodeIdText.class)
        .addMixIn(TaskId.class, TaskIdText.class)
        .addMixIn(AttemptId.class, AttemptIdText.class)
        .addMixIn(Sha256.class, Sha256Text.class)
        .addMixIn(ObjectId.class, ObjectIdText.class)
        .addMixIn(DataName.class, DataNameText.class)
        .addMixIn(RelativePath.class, RelativePathText.class)
        .registerSubtypes(subtypes(Command.class, Command.Step.class, Outcome.class, Message.class))
        .build();
  }

  private static NamedType[] subtypes(Class<?>... sealed) {
    List<NamedType> found = new ArrayList<>();
    for (Class<?> type : sealed) {
      collect(type, found);
    }
    return found.toArray(NamedType[]::new);
  }

  private static void collect(Class<?> type, List<NamedType> into) {
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        collect(permitted, into);
      } else {
        into.add(new NamedType(permitted, permitted.getSimpleName()));
      }
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface Typed {}

  @SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // only its annotations are read
  private abstract static class NodeIdText {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    NodeIdText(String value) {}

    @JsonValue
    abstract String value();
  }

  @SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // only its annotations are read
  private abstract static class TaskIdText {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static TaskId parse(String text) {
      throw new AssertionError("mix-in");
    }

    @Override
    @JsonValue
    public abstract String toString();
  }

  @SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // only its annotations are read
  private abstract static class AttemptIdText {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static AttemptId parse(String text) {
      throw new AssertionError("mix-in");
    }

    @Override
    @JsonValue
    public abstract String toString();
  }

  @SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // only its annotations are read
  private abstract static class Sha256Text {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Sha256 parse(String hex) {
      throw new AssertionError("mix-in");
    }

    @Override
    @JsonValue
    public abstract String toString();
  }

  @SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // only its annotations are read
  private abstract static class ObjectIdText {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ObjectId parse(String hex) {
      throw new AssertionError("mix-in");
    }

    @Override
    @JsonValue
    public abstract String toString();
  }

  @SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // only its annotations are read
  private abstract static class DataNameText {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    DataNameText(String value) {}

    @JsonValue
    abstract String value();
  }

  @SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"}) // only its annotations are read
  private abstract static class RelativePathText {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    RelativePathText(String text) {}

    @JsonValue
    abstract String text();
  }
}
