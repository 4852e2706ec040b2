#include "native/errors.h"

namespace halftone::python {
namespace {

nb::object error_classes() { return nb::module_::import_("halftone.errors"); }

/// The code of one of our own exceptions, which Python code may have let through or raised itself.
std::optional<ErrorCode> code_of(nb::handle exception) {
  if (!nb::isinstance(exception, error_classes().attr("Error"))) return std::nullopt;
  const auto text = nb::cast<std::string>(exception.attr("code"));
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    if (to_string(static_cast<ErrorCode>(code)) == text) return static_cast<ErrorCode>(code);
  }
  return std::nullopt;
}

ErrorCode code_of(const nb::python_error& thrown) {
  if (thrown.matches(PyExc_KeyboardInterrupt)) return ErrorCode::interrupted;
  // What the user's code throws is to us what a framework's own failure is.
  return code_of(thrown.value()).value_or(ErrorCode::framework);
}

std::string message_of(const nb::python_error& thrown) {
  const nb::handle value = thrown.value();
  const std::string type = nb::cast<std::string>(thrown.type().attr("__name__"));
  if (code_of(value)) return nb::cast<std::string>(value.attr("message"));
  const std::string text = nb::cast<std::string>(nb::str(value));
  return text.empty() ? type : type + ": " + text;
}

std::string hint_of(const nb::python_error& thrown) {
  return code_of(thrown.value()) ? nb::cast<std::string>(thrown.value().attr("hint")) : std::string();
}

/// The user's exception again, with what was going on.
void raise_again(const PythonError& error) {
  nb::object value = nb::borrow(error.thrown().value());
  const nb::object traceback = nb::borrow(error.thrown().traceback());
  const nb::object noted = nb::getattr(value, "__notes__", nb::list());
  for (const std::string& frame : error.context()) {
    const nb::str note(("while " + frame).c_str());
    if (!nb::cast<bool>(noted.attr("__contains__")(note))) value.attr("add_note")(note);
  }
  if (!traceback.is_none()) value = value.attr("with_traceback")(traceback);
  PyErr_SetObject(value.type().ptr(), value.ptr());
}

void raise_ours(const Error& error) {
  nb::list context;
  for (const std::string& frame : error.context()) context.append(frame);
  const nb::object value =
      error_classes().attr("of_code")(std::string(to_string(error.code())), error.message(), context, error.hint());
  PyErr_SetObject(value.type().ptr(), value.ptr());
}

}  // namespace

bool can_take_lock() { return Py_IsInitialized() != 0; }

PythonError::PythonError(nb::python_error thrown)
    : Error(code_of(thrown), message_of(thrown), hint_of(thrown)),
      thrown_(std::make_shared<nb::python_error>(std::move(thrown))) {}

void bind_errors(nb::module_&) {
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const PythonError& error) {
      raise_again(error);
    } catch (const Error& error) {
      raise_ours(error);
    }
  });
}

}  // namespace halftone::python
