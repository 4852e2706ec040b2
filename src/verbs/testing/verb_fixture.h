#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "halftone/error.h"
#include "halftone/plugin.h"
#include "verbs/testing/dense_fixture.h"
#include "verbs/verbs.h"

namespace halftone::testing {

/// Remembers the stages that began.
class StageLog final : public Progress {
 public:
  void begin(std::string_view stage, std::uint64_t) override {
    const std::scoped_lock lock(mutex_);
    stages_.emplace_back(stage);
  }
  void advance(std::uint64_t) override {}
  void end(std::chrono::duration<double>) override {}
  void warn(std::string_view) override {}
  void detail(std::string_view) override {}
  auto count(std::string_view stage) const { return std::count(stages_.begin(), stages_.end(), stage); }

 private:
  std::mutex mutex_;
  std::vector<std::string> stages_;
};

/// A network m.dense in a folder, the backend that runs it, and a configuration that names it. Files that use it need
/// HALFTONE_TEST_PLUGINS, the folder of the backend.
class VerbFixture : public DenseFixture {
 protected:
  void SetUp() override {
    DenseFixture::SetUp();
    config_.model.path = write_network("m.dense");
    config_.threads = 2;
  }
  void use_data(const std::string& spec) {
    config_.quantization.calibration_data = spec;
    config_.evaluation.data = spec;
  }
  VerbContext context() { return {plugins_, stages_, {"halftone", "test"}}; }
  Result quantize() { return run_quantize(context(), config_, folder_ / "out.dense", folder_ / "out.json"); }

  static std::vector<std::string> warnings_of(const Result& result) {
    return result["warnings"].get<std::vector<std::string>>();
  }
  static Error error_of(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(ErrorCode::internal, "");
  }

  const PluginRegistry plugins_ = PluginRegistry::from_folders({HALFTONE_TEST_PLUGINS});
  StageLog stages_;
  Config config_;
};

}  // namespace halftone::testing
