#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "adaptors/onnxruntime/testing/op_chain.h"

namespace halftone::onnxruntime::testing {

/// One form of an op that kernels may treat differently from others, as a whole model.
struct OpForm {
  std::string variant;
  std::function<OpChain()> chain;
};
using OpForms = std::map<std::string, std::vector<OpForm>>;

/// Forms of the ops by type; one function a family.
OpForms product_forms();
OpForms sequence_forms();
OpForms pooling_and_activation_forms();
OpForms several_inputs_forms();
OpForms moving_forms();
OpForms padding_and_resizing_forms();
/// Of ops that no capability file names, to see that the runtime has nothing better for them.
OpForms float_forms();

}  // namespace halftone::onnxruntime::testing
