#pragma once

#include "halftone/data.h"
#include "native/binding.h"

namespace halftone::python {

/// A data source that is a Python object with the functions of halftone.data.Source.
std::unique_ptr<DataSource> make_python_source(HeldObject source);

/// An item as Python has it, `(id, inputs, labels, target)`: inputs as pairs of name and array.
DataItem to_item(nb::handle entry);

}  // namespace halftone::python
