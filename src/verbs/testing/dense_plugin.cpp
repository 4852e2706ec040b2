#include <utility>

#include "halftone/plugin.h"
#include "verbs/testing/dense_adaptor.h"

namespace halftone::testing {
namespace {

void register_adaptors(PluginRegistrar& registrar) {
  registrar.add_adaptor("dense",
                        [](AdaptorOptions options) { return std::make_unique<DenseAdaptor>(std::move(options)); });
}

}  // namespace
}  // namespace halftone::testing

HALFTONE_PLUGIN(halftone::testing::register_adaptors)
