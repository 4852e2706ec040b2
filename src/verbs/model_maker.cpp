#include "verbs/model_maker.h"

#include <utility>

namespace halftone {

ModelMaker::ModelMaker(const QuantizationSetup& setup, TrainingFunction q_func, int threads)
    : setup_(setup), q_func_(std::move(q_func)), threads_(threads) {}

bool ModelMaker::passes_each_time() const { return setup_.opened.adaptor->only_quantizes(); }

void ModelMaker::use_data(const DataLoader& data, const std::function<GatheredStatistics()>& gather) {
  data_ = data;
  if (!passes_each_time()) statistics_ = gather();
}

std::uint64_t ModelMaker::samples() const {
  return passes_each_time() && data_ ? data_->size().value_or(0) : statistics_.table.samples;
}

QuantizeResult ModelMaker::make(const TuneConfig& config, PlanningCache* cache) const {
  const Adaptor& adaptor = *setup_.opened.adaptor;
  if (!passes_each_time() && !trains()) {
    return adaptor.quantize(config, *setup_.prepared, setup_.capability, statistics_.table, true, cache);
  }
  CalibrationOptions options;
  options.threads = threads_;
  if (!statistics_.table.tensors.empty()) options.known = &statistics_.table;
  return adaptor.quantize(config, *setup_.prepared, setup_.capability, data_ ? &*data_ : nullptr, options, q_func_);
}

}  // namespace halftone
