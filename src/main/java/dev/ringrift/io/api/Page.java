package dev.ringrift.io.api;

final class Page {
  private Page() {}

  static ApiReply answer(ApiCall call, Api api) {
    return api.call(new ApiCall("GET", "/cluster/status", call.query(), "", call.caller(), 0));
  }
}
