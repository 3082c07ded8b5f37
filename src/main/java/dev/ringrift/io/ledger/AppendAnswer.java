package dev.ringrift.io.ledger;

import dev.ringrift.core.election.ElectionTimings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/// A voter's answer to an append: on the wire four bytes of promise, in milliseconds, and then what
/// Ratis answers.
///
/// @param timings on which the voter runs; it helps to elect nobody else for the least of them
record AppendAnswer(ElectionTimings timings, AppendEntriesReplyProto reply) {
  static AppendAnswer read(byte[] bytes) throws IOException {
    if (bytes.length < Integer.BYTES) {
      throw new IOException("an answer of %d bytes has no promise".formatted(bytes.length));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int millis = buffer.getInt();
    try {
      ElectionTimings timings = new ElectionTimings(Duration.ofMillis(millis));
      return new AppendAnswer(
          timings, AppendEntriesReplyProto.parseFrom(ByteString.copyFrom(buffer)));
    } catch (IllegalArgumentException e) {
      throw new IOException("a promise of %d ms cannot be right".formatted(millis), e);
    }
  }

  byte[] bytes() {
    byte[] answer = reply.toByteArray();
    return ByteBuffer.allocate(Integer.BYTES + answer.length)
        .putInt((int) timings.least().toMillis())
        .put(answer)
        .array();
  }
}
