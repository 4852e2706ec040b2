#include "verbs/saturation_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <mutex>

#include "adaptor/sample_session.h"
#include "halftone/error.h"
#include "verbs/saturating_product.h"

namespace halftone {
namespace {

constexpr std::size_t kSamples = 8;  ///< enough to tell a percent of sums from none

using Products = std::vector<std::unique_ptr<SaturatingProduct>>;

Products find_products(const GraphView& graph, const QuantizationPlan& plan) {
  Products products;
  for (std::size_t i = 0; i < plan.ops.size(); ++i) {
    auto found = find_saturating_product(graph, plan.ops[i], graph.ops()[i]);
    if (found) products.push_back(std::move(found));
  }
  return products;
}

std::vector<std::string> tensors_of(const Products& products) {
  std::vector<std::string> tensors;
  for (const auto& product : products) {
    for (const std::string& name : {product->read, product->written}) {
      if (std::ranges::find(tensors, name) == tensors.end()) tensors.push_back(name);
    }
  }
  return tensors;
}

std::vector<SaturationEvidence> look_at_samples(const Adaptor& adaptor, const Model& model,
                                                const QuantizationPlan& plan, const Products& products,
                                                const DataLoader& data, int threads) {
  const std::vector<std::string> tensors = tensors_of(products);
  const auto session = open_for_samples(adaptor, model, tensors, threads);
  std::map<std::size_t, std::vector<SaturationEvidence>> by_position;
  std::mutex mutex;
  data.prefix(kSamples).for_each(session->concurrent() ? threads : 1, [&](std::size_t position, const DataItem& item) {
    std::vector<SaturationEvidence> found(products.size());
    session->run(item.inputs, [&](std::size_t index, const Tensor& value) {
      for (std::size_t i = 0; i < products.size(); ++i) {
        if (value.dtype() != DType::f32) continue;
        if (tensors[index] == products[i]->read) found[i] += look_at_input(*products[i], plan, value);
        if (tensors[index] == products[i]->written) found[i] += look_at_output(value);
      }
    });
    const std::scoped_lock lock(mutex);
    by_position.emplace(position, std::move(found));
  });
  std::vector<SaturationEvidence> all(products.size());
  for (const auto& [position, found] : by_position) {
    for (std::size_t i = 0; i < all.size(); ++i) all[i] += found[i];
  }
  return all;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g %%", 100 * share);
  return text;
}

}  // namespace

std::vector<SaturatedOp> find_saturated_ops(const Adaptor& adaptor, const Model& model, const GraphView& graph,
                                            const QuantizationPlan& plan, const DataLoader* data, int threads) {
  const ErrorContext frame("simulating saturation");
  const Products products = find_products(graph, plan);
  std::vector<SaturatedOp> ops;
  if (products.empty()) return ops;
  if (data == nullptr) {
    for (const auto& product : products) ops.push_back({product->plan->name, {}, {}});
    return ops;
  }
  const std::vector<SaturationEvidence> evidence = look_at_samples(adaptor, model, plan, products, *data, threads);
  for (std::size_t i = 0; i < products.size(); ++i) {
    const SaturationEvidence& seen = evidence[i];
    if (seen.sums.saturated == 0) continue;
    SaturatedOp op{products[i]->plan->name, seen.sums.share(), {}};
    const double noise = seen.noise / static_cast<double>(seen.estimates);
    const double signal = seen.results == 0 ? 0 : seen.signal / static_cast<double>(seen.results);
    if (signal > 0 && noise > 0) op.sqnr_db = 10 * std::log10(signal / noise);
    ops.push_back(std::move(op));
  }
  return ops;
}

Json json_of(const std::vector<SaturatedOp>& ops) {
  Json json = Json::array();
  for (const SaturatedOp& op : ops) {
    json.push_back({{"op", op.name},
                    {"share", op.share ? Json(*op.share) : Json(nullptr)},
                    {"sqnr_db", op.sqnr_db ? Json(*op.sqnr_db) : Json(nullptr)}});
  }
  return json;
}

void warn_of_saturation(const std::vector<SaturatedOp>& ops, const Target& target, Progress& progress) {
  if (ops.empty()) return;
  const auto worst = std::ranges::max_element(ops, {}, [](const SaturatedOp& op) { return op.share.value_or(0); });
  const bool seen = worst->share.has_value();
  progress.warn("on " + target.isa + ", sums of two products " + (seen ? "do" : "may") + " not fit 16 bits in " +
                std::to_string(ops.size()) + " ops, most of all in '" + worst->name + "'" +
                (seen ? " (" + percent(*worst->share) + " of them)" : "") +
                ": their weights use all 8 bits; reduce_range auto or true takes one of them");
}

}  // namespace halftone
