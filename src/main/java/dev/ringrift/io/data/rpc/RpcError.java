package dev.ringrift.io.data.rpc;

/// Why a call is refused, with the codes that aria2 uses: 1 for whatever it cannot do, and those
/// of JSON-RPC 2.0 for what is no call.
final class RpcError extends RuntimeException {
  static final int REFUSED = 1;
  static final int INVALID_REQUEST = -32600;
  static final int PARSE_ERROR = -32700;

  private static final long serialVersionUID = 1L;

  private final int code;

  RpcError(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  static RpcError refused(String message) {
    return new RpcError(REFUSED, message);
  }

  int code() {
    return code;
  }

  String message() {
    return String.valueOf(getMessage());
  }

  /// The status that aria2 answers with.
  int httpStatus() {
    return code == PARSE_ERROR ? 500 : 400;
  }
}
