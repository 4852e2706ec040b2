#include "adaptor/framework_library.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <utility>

#include "halftone/error.h"

namespace halftone {
namespace fs = std::filesystem;
namespace {

void add_site_packages(const fs::path& prefix, std::vector<fs::path>& folders) {
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(prefix / "lib", missing)) {
    if (entry.path().filename().string().starts_with("python3")) folders.push_back(entry.path() / "site-packages");
  }
}

// Asked of the interpreter itself, because shims and distributions hide where its packages are.
void add_site_packages_of_python_on_path(std::vector<fs::path>& folders) {
  constexpr const char* kQuestion =
      "python3 -c 'import site, sysconfig; print(sysconfig.get_path(\"platlib\")); "
      "print(\"\\n\".join(site.getsitepackages() + [site.getusersitepackages()]))' 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(kQuestion, "r"), pclose);
  if (!pipe) return;
  std::string answer;
  std::array<char, 4'096> part{};
  while (std::fgets(part.data(), part.size(), pipe.get()) != nullptr) answer += part.data();
  std::size_t begin = 0;
  for (std::size_t end; (end = answer.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const fs::path folder = answer.substr(begin, end - begin);
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
  }
}

using Folders = std::function<std::vector<fs::path>()>;

struct OwnPython {
  std::mutex mutex;
  Folders folders;
};

OwnPython& own_python() {
  static OwnPython python;
  return python;
}

std::vector<fs::path> folders_of_own_python() {
  Folders folders;
  {
    const std::scoped_lock lock(own_python().mutex);
    folders = own_python().folders;
  }
  return folders ? folders() : std::vector<fs::path>{};
}

/// Where the Python looks for packages that started this command, as its package's halftone does.
void add_folders_of_starting_python(std::vector<fs::path>& folders) {
  const char* listed = std::getenv("HALFTONE_PYTHONPATH");
  std::istringstream parts(listed == nullptr ? "" : listed);
  for (std::string part; std::getline(parts, part, ':');) {
    if (!part.empty()) folders.emplace_back(part);
  }
}

std::vector<fs::path> python_folders() {
  std::vector<fs::path> folders;
  add_folders_of_starting_python(folders);
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    if (const char* prefix = std::getenv(variable)) add_site_packages(prefix, folders);
  }
  if (folders.empty()) add_site_packages_of_python_on_path(folders);
  return folders;
}

// The longest name that begins so: the file itself rather than a link to it.
std::optional<std::string> library_in(const fs::path& folder, const std::string& prefix) {
  std::string best;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.size() > best.size()) best = name;
  }
  if (best.empty()) return std::nullopt;
  return (folder / best).string();
}

/// What this process's own Python would import; empty where it would not, or the process is not Python.
std::string library_of_own_python(const LibrarySearch& search, std::string& looked_at) {
  for (const fs::path& folder : folders_of_own_python()) {
    const fs::path package = folder / search.package_folder;
    if (auto found = library_in(package, search.file_prefix)) return *found;
    looked_at += (looked_at.empty() ? "" : ", ") + folder.string();
  }
  return {};
}

struct LoadedSearch {
  const LibrarySearch& search;
  std::string found;
};

int look_at_loaded(dl_phdr_info* loaded, std::size_t, void* data) {
  auto& wanted = *static_cast<LoadedSearch*>(data);
  const std::string name = fs::path(loaded->dlpi_name).filename().string();
  const bool holds = name.starts_with(wanted.search.file_prefix) ||
                     std::ranges::any_of(wanted.search.module_prefixes,
                                         [&](const std::string& prefix) { return name.starts_with(prefix); });
  if (!holds) return 0;
  wanted.found = loaded->dlpi_name;
  return 1;
}

/// The library as this process has opened it; empty where it has not.
std::string loaded_library(const LibrarySearch& search) {
  LoadedSearch wanted{search, {}};
  dl_iterate_phdr(look_at_loaded, &wanted);
  return wanted.found;
}

std::string require_file(const std::string& path, const LibrarySearch& search) {
  if (fs::is_regular_file(path)) return path;
  if (const auto inside = library_in(path, search.file_prefix)) return *inside;
  throw Error(ErrorCode::framework_missing, search.framework + " was not found at '" + path + "', the path given",
              "give the path of " + search.file_prefix + " or of its folder");
}

}  // namespace

void set_python_folders(std::function<std::vector<fs::path>()> folders) {
  const std::scoped_lock lock(own_python().mutex);
  own_python().folders = std::move(folders);
}

std::string find_framework_library(const LibrarySearch& search) {
  if (!search.explicit_path.empty()) return require_file(search.explicit_path, search);
  if (const char* path = std::getenv(search.environment_variable.c_str()); path != nullptr && *path != '\0') {
    return require_file(path, search);
  }
  if (std::string loaded = loaded_library(search); !loaded.empty()) return loaded;
  std::string looked_at;
  if (std::string own = library_of_own_python(search, looked_at); !own.empty()) return own;
  for (const fs::path& folder : python_folders()) {
    if (auto found = library_in(folder / search.package_folder, search.file_prefix)) return *found;
    looked_at += (looked_at.empty() ? "" : ", ") + folder.string();
  }
  for (const std::string& name : search.system_names) {
    if (void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
      dlclose(handle);
      return name;
    }
    looked_at += (looked_at.empty() ? "" : ", ") + std::string("the system's ") + name;
  }
  throw Error(ErrorCode::framework_missing,
              search.framework + " was not found; looked for " + search.package_folder + "/" + search.file_prefix +
                  " in " + looked_at,
              search.install_hint + ", or name its library (--library PATH, or " + search.environment_variable + ")");
}

}  // namespace halftone
