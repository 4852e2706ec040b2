#pragma once

#include "halftone/diagnosis.h"
#include "halftone/inspection.h"
#include "native/binding.h"
#include "native/work_guard.h"

namespace halftone::python {

/// Tells nobody; ends work at Ctrl-C.
class QuietProgress final : public Progress {
 public:
  void begin(std::string_view, std::uint64_t) override { stop_if_interrupted(); }
  void advance(std::uint64_t) override { stop_if_interrupted(); }
  void end(std::chrono::duration<double>) override {}
  void warn(std::string_view message) override;
  void detail(std::string_view) override {}

 private:
  static void stop_if_interrupted();
};

/// A model with the adaptor that it belongs to.
struct ModelHandle {
  std::shared_ptr<const Adaptor> adaptor;
  std::shared_ptr<Model> model;
};

/// An opened model.
struct SessionHandle {
  std::shared_ptr<const Adaptor> adaptor;
  std::shared_ptr<const Session> session;
  std::vector<std::string> observed;
  OwnProcess process;
};

/// What AdaptorHandle::quantize() gives.
struct QuantizedModel {
  ModelHandle model;
  QuantizationPlan plan;
  CalibrationTable table;
  std::map<std::string, double> seconds;
};

/// Any adaptor, C++ or Python, with the public functions of the C++ class: each times itself, adds context to errors,
/// and gives the interpreter's lock away while it works.
class AdaptorHandle {
 public:
  /// Of a plugin, or added. Throws as PluginRegistry::make().
  explicit AdaptorHandle(AdaptorOptions options);
  /// Over a Python adaptor that exists; with the core's own functions in place of those of these names.
  AdaptorHandle(AdaptorOptions options, HeldObject self, const std::vector<std::string>& as_inherited);

  const Adaptor& adaptor() const;
  ModelHandle handle(std::unique_ptr<Model> model) const { return {adaptor_, std::move(model)}; }

 private:
  std::shared_ptr<QuietProgress> progress_;
  std::shared_ptr<const Adaptor> adaptor_;
  OwnProcess process_;
};

}  // namespace halftone::python
