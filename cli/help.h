#pragma once

#include <string>

#include "style.h"
#include "verb.h"

namespace halftone::cli {

/// What the command does, and its verbs.
std::string overview_text(const Style& style);
/// What one verb answers, how it is called, its options and exit statuses. `model` is a model's file name for examples.
std::string help_text(const Verb& verb, const std::string& model, const Style& style);
/// "model" with an ending that an adaptor found here knows.
std::string example_model_name();

}  // namespace halftone::cli
