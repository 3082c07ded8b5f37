package dev.ringrift.io.http;

import dev.ringrift.core.UserError;
import dev.ringrift.io.api.ApiError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Collects the body of a request, up to a limit. Used on one event loop only.
final class RequestBody {
  private final HttpServerRequest request;
  private final Buffer buffer = Buffer.buffer();
  private final int bytesMax;
  private boolean over;

  RequestBody(HttpServerRequest request, int bytesMax) {
    this.request = request;
    this.bytesMax = bytesMax;
  }

  /// Calls exactly one of these.
  ///
  /// @param broken when the connection ends before the body does
  void whenWhole(Consumer<String> whole, Consumer<ApiError> tooLarge, Runnable broken) {
    request.handler(
        part -> {
          if (!over && buffer.length() + part.length() > bytesMax) {
            over = true;
            tooLarge.accept(
                new ApiError(
                    413,
                    new UserError(
                        "the body is larger than %d MiB".formatted(bytesMax >> 20), "", "")));
          } else if (!over) {
            buffer.appendBuffer(part);
          }
        });
    request.exceptionHandler(
        error -> {
          if (!over) {
            over = true;
            broken.run();
          }
        });
    request.endHandler(
        end -> {
          if (!over) {
            over = true;
            whole.accept(buffer.toString(StandardCharsets.UTF_8));
          }
        });
  }
}
