// The Node addon: loading it sets up the memory and registers our ops with TensorFlow.
#include <node_api.h>

#include <algorithm>
#include <string>

#include "allocator.h"
#include "native-op.h"
#include "thread-pool.h"

namespace {

// setThreads(count): how many threads our kernels compute on from now on.
napi_value setThreads(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int32_t threads = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_int32(env, argument, &threads) != napi_ok || threads < 1) {
    napi_throw_range_error(env, nullptr, "setThreads takes a whole number of at least 1.");
    return nullptr;
  }
  kwta::setThreads(std::min(threads, 1024));
  return nullptr;
}

napi_value threads(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  napi_create_int32(env, kwta::threads(), &result);
  return result;
}

void exportFunction(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

// Ops live as long as the process, and JavaScript may load the addon again in a worker.
const std::string& registered() {
  static const std::string failure = kwta::registerNativeOps();
  return failure;
}

}  // namespace

NAPI_MODULE_INIT() {
  kwta::keepFreedMemory();
  if (!registered().empty()) {
    napi_throw_error(env, nullptr, ("TensorFlow does not take our kernels. " + registered()).c_str());
    return nullptr;
  }
  exportFunction(env, exports, "setThreads", setThreads);
  exportFunction(env, exports, "threads", threads);
  return exports;
}
