#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "halftone/error.h"
#include "halftone/plugin.h"

namespace halftone {
namespace {

[[noreturn]] void refuse() { throw Error(ErrorCode::unsupported, "this plugin can do nothing but crash"); }

/// Loading a model raises the signal that the file names by its number; 0 is an error like any other. With 100 added,
/// a file is left among the temporary ones.
class CrashingAdaptor final : public Adaptor {
 public:
  using Adaptor::Adaptor;
  FrameworkVersion framework() const override { return {"crash", "1.0", ""}; }
  const QueryBackendCapability& query() const override { refuse(); }

 private:
  std::unique_ptr<Model> do_load(const ModelSource& source) const override {
    int number = 0;
    std::ifstream(source.path) >> number;
    if (number >= 100) std::ofstream(std::filesystem::temp_directory_path() / "left") << number;
    raise(number % 100);
    refuse();
  }
  std::string do_save(const Model&, const std::filesystem::path&) const override { refuse(); }
  std::unique_ptr<Model> do_prepare(const Model&) const override { refuse(); }
  GraphView do_graph(const Model&) const override { refuse(); }
  std::unique_ptr<Session> do_open(const Model&, const RunOptions&) const override { refuse(); }
  std::unique_ptr<Model> do_convert(const Model&, const QuantizationPlan&) const override { refuse(); }
};

void register_adaptors(PluginRegistrar& registrar) {
  registrar.add_adaptor("crashing",
                        [](AdaptorOptions options) { return std::make_unique<CrashingAdaptor>(std::move(options)); });
}

}  // namespace
}  // namespace halftone

HALFTONE_PLUGIN(halftone::register_adaptors)
