#include "halftone/error.h"

#include <utility>

namespace halftone {
namespace {

/// The frame opened last on this thread; the others hang behind it.
thread_local const ErrorContext* innermost_frame = nullptr;

std::string describe_error(ErrorCode code, const std::string& message, const std::vector<std::string>& context,
                           const std::string& hint) {
  std::string text(to_string(code));
  text += ": " + message;
  for (const std::string& frame : context) text += "\n  while: " + frame;
  if (!hint.empty()) text += "\n  hint: " + hint;
  return text;
}

}  // namespace

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::configuration:
      return "configuration";
    case ErrorCode::invalid_model:
      return "invalid_model";
    case ErrorCode::invalid_data:
      return "invalid_data";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::io:
      return "io";
    case ErrorCode::target_not_met:
      return "target_not_met";
    case ErrorCode::framework_missing:
      return "framework_missing";
    case ErrorCode::undecided:
      return "undecided";
    case ErrorCode::interrupted:
      return "interrupted";
    case ErrorCode::framework:
      return "framework";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

int exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::configuration:
      return 2;
    case ErrorCode::invalid_model:
    case ErrorCode::invalid_data:
    case ErrorCode::unsupported:
    case ErrorCode::io:
      return 3;
    case ErrorCode::target_not_met:
      return 4;
    case ErrorCode::framework_missing:
      return 5;
    case ErrorCode::undecided:
      return 6;
    case ErrorCode::interrupted:
      return 130;
    case ErrorCode::framework:
    case ErrorCode::internal:
      return 1;
  }
  return 1;
}

Error::Error(ErrorCode code, std::string message, std::string hint, std::source_location where)
    : code_(code),
      message_(std::move(message)),
      hint_(std::move(hint)),
      context_(ErrorContext::open_frames()),
      where_(where),
      text_(describe_error(code_, message_, context_, hint_)) {}

// Out of line, so that the library alone holds the type's identity, by which plugins' errors are caught.
const char* Error::what() const noexcept { return text_.c_str(); }

ErrorContext::ErrorContext(std::function<std::string()> describe)
    : describe_(std::move(describe)), outer_(innermost_frame) {
  innermost_frame = this;
}

ErrorContext::ErrorContext(std::string text) : ErrorContext([text = std::move(text)] { return text; }) {}

ErrorContext::~ErrorContext() { innermost_frame = outer_; }

std::vector<std::string> ErrorContext::open_frames() {
  std::vector<std::string> texts;
  const ErrorContext* const opened = innermost_frame;
  // A description that itself makes an Error must not ask for its own frame again.
  innermost_frame = nullptr;
  for (const ErrorContext* frame = opened; frame != nullptr; frame = frame->outer_) {
    try {
      texts.push_back(frame->describe_());
    } catch (const std::exception& error) {
      texts.push_back(std::string("something that cannot be described: ") + error.what());
    }
  }
  innermost_frame = opened;
  return texts;
}

}  // namespace halftone
