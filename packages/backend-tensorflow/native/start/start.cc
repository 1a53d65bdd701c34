// TensorFlow reads its settings from the environment when it is loaded, and tells of its start on standard error before
// any setting could stop it. Both belong to the process: JavaScript reaches neither from a worker. This addon does, and
// needs nothing of TensorFlow, so that it can be loaded first.

#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace {

std::string ToString(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length + 1, '\0');
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  text.resize(length);
  return text;
}

// Sets a variable until the end of the block.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    const char* before = getenv(name_.c_str());
    was_set_ = before != nullptr;
    if (was_set_) before_ = before;
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() {
    if (was_set_) {
      setenv(name_.c_str(), before_.c_str(), 1);
    } else {
      unsetenv(name_.c_str());
    }
  }
  Variable(const Variable&) = delete;

 private:
  std::string name_, before_;
  bool was_set_;
};

// Sends standard error nowhere until the end of the block.
class Silence {
 public:
  explicit Silence(bool quiet) {
    if (!quiet) return;
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    before_ = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (before_ >= 0) dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  ~Silence() {
    if (before_ < 0) return;
    dup2(before_, STDERR_FILENO);
    close(before_);
  }
  Silence(const Silence&) = delete;

 private:
  int before_ = -1;
};

// surround([[name, value], ...], quiet, work): what work returns, done with these variables and, if asked, in silence.
napi_value Surround(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3], result = nullptr, nothing;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  uint32_t length = 0;
  bool quiet = false;
  if (count < 3 || napi_get_array_length(env, arguments[0], &length) != napi_ok ||
      napi_get_value_bool(env, arguments[1], &quiet) != napi_ok) {
    napi_throw_type_error(env, nullptr, "surround needs variables, a switch and work");
    return nullptr;
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (uint32_t i = 0; i < length; i++) {
    napi_value pair, name, value;
    napi_get_element(env, arguments[0], i, &pair);
    napi_get_element(env, pair, 0, &name);
    napi_get_element(env, pair, 1, &value);
    pairs.emplace_back(ToString(env, name), ToString(env, value));
  }
  napi_get_undefined(env, &nothing);
  std::vector<Variable*> variables;
  for (const auto& [name, value] : pairs) variables.push_back(new Variable(name, value));
  {
    Silence silence(quiet);
    // An exception stays pending, for the caller.
    if (napi_call_function(env, nothing, arguments[2], 0, nullptr, &result) != napi_ok) result = nullptr;
  }
  for (Variable* variable : variables) delete variable;
  return result;
}

napi_value Start(napi_env env, napi_value exports) {
  napi_value surround;
  napi_create_function(env, "surround", NAPI_AUTO_LENGTH, Surround, nullptr, &surround);
  napi_set_named_property(env, exports, "surround", surround);
  return exports;
}

}  // namespace

NAPI_MODULE(kwta_start, Start)
