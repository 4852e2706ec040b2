#pragma once

#include <exception>
#include <functional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace halftone {

/// Whose fault it is and what the process answers (see exit_status()).
enum class ErrorCode {
  invalid_argument,   ///< a value given by the caller cannot be used (exit 2)
  configuration,      ///< a configuration or capability file is wrong (exit 2)
  invalid_model,      ///< the model is broken or not what it says (exit 3)
  invalid_data,       ///< data does not fit the model, is empty, or holds NaN (exit 3)
  unsupported,        ///< valid, but Halftone or the framework cannot do it (exit 3)
  io,                 ///< a file cannot be read or written (exit 3)
  target_not_met,     ///< the accuracy or speed asked for was not reached (exit 4)
  framework_missing,  ///< the framework's library was not found (exit 5)
  undecided,          ///< the data cannot decide at the confidence asked for (exit 6)
  interrupted,        ///< the user stopped the work (exit 130)
  framework,          ///< the framework itself failed (exit 1)
  internal,           ///< a defect of Halftone (exit 1)
};

/// Spelling of a code as in JSON results, e.g. "invalid_model".
std::string_view to_string(ErrorCode code);

/// Exit status of the command for an error of this code.
int exit_status(ErrorCode code);

/// The one exception type of Halftone. What was going on when it was thrown is in context(), innermost first.
class Error : public std::exception {
 public:
  /// Captures the ErrorContext frames open on this thread. `hint` says what to do, and may be empty.
  Error(ErrorCode code, std::string message, std::string hint = {},
        std::source_location where = std::source_location::current());

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  const std::vector<std::string>& context() const { return context_; }
  const std::source_location& where() const { return where_; }

  /// Code, message, context frames and hint, one a line.
  const char* what() const noexcept override;

 private:
  ErrorCode code_;
  std::string message_;
  std::string hint_;
  std::vector<std::string> context_;
  std::source_location where_;
  std::string text_;
};

/// Names what is being done while it lives, e.g. "quantizing node 'conv_3' (Conv)". The text is made only when an
/// Error is thrown on this thread. Frames nest and must be destroyed in reverse order (keep them on the stack).
class ErrorContext {
 public:
  explicit ErrorContext(std::function<std::string()> describe);
  explicit ErrorContext(std::string text);
  ~ErrorContext();
  ErrorContext(const ErrorContext&) = delete;
  ErrorContext& operator=(const ErrorContext&) = delete;

  /// Texts of the frames open on this thread, innermost first.
  static std::vector<std::string> open_frames();

 private:
  std::function<std::string()> describe_;
  const ErrorContext* outer_;
};

}  // namespace halftone
