#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "verbs/testing/dense_network.h"

namespace halftone::testing {

/// Brings networks of the tests to Halftone: products run in int8, with a Relu behind them or without.
class DenseAdaptor : public Adaptor {
 public:
  explicit DenseAdaptor(AdaptorOptions options);
  FrameworkVersion framework() const override { return {"Dense", "1.2.3", "built in"}; }
  const QueryBackendCapability& query() const override { return query_; }
  std::string snippet(const std::filesystem::path& model) const override;

 protected:
  static const DenseNetwork& network(const Model& model) { return dynamic_cast<const DenseNetwork&>(model); }

 private:
  std::unique_ptr<Model> do_load(const ModelSource& source) const override;
  std::string do_save(const Model& model, const std::filesystem::path& path) const override;
  std::unique_ptr<Model> do_prepare(const Model& model) const override;
  GraphView do_graph(const Model& model) const override { return network(model).graph(); }
  std::unique_ptr<Session> do_open(const Model& model, const RunOptions& options) const override;
  std::unique_ptr<Model> do_convert(const Model& model, const QuantizationPlan& plan) const override;
  std::optional<std::vector<ExecutedOp>> do_executed_ops(const Model& model) const override;

  QueryBackendCapability query_;
};

}  // namespace halftone::testing
