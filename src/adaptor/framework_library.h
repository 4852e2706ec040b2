#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace halftone {

/// How to find a framework's library.
struct LibrarySearch {
  std::string framework;                  ///< name for people
  std::string explicit_path;              ///< the user's; nothing else is tried when it is set
  std::string environment_variable;       ///< may hold a path as well
  std::string package_folder;             ///< inside a Python environment's site-packages, e.g. "vendor/lib"
  std::string file_prefix;                ///< file names in that folder begin with this, e.g. "libvendor.so"
  std::vector<std::string> system_names;  ///< for the system's loader, e.g. "libvendor.so.1"
  std::string install_hint;
  /// Modules of the Python package that hold the framework themselves: their names begin so. Where this process has
  /// opened one, it is the library.
  std::vector<std::string> module_prefixes = {};
};

/// Says that this process is Python, and where it looks for packages.
void set_python_folders(std::function<std::vector<std::filesystem::path>()> folders);

/// Path or loader name of the library: the explicit one, then the one that this process has opened already (so that
/// there is no second copy beside a framework that a program has imported), then what this
/// process's own Python has, or the one that started it (HALFTONE_PYTHONPATH), then the active Python environment's
/// (VIRTUAL_ENV, CONDA_PREFIX, then the python3 on PATH), then the system's. Throws framework_missing that says what
/// was looked for and where.
std::string find_framework_library(const LibrarySearch& search);

}  // namespace halftone
