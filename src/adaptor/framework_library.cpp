#include "adaptor/framework_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

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

std::vector<fs::path> python_folders() {
  std::vector<fs::path> folders;
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

std::string require_file(const std::string& path, const LibrarySearch& search) {
  if (fs::is_regular_file(path)) return path;
  if (const auto inside = library_in(path, search.file_prefix)) return *inside;
  throw Error(ErrorCode::framework_missing, search.framework + " was not found at '" + path + "', the path given",
              "give the path of " + search.file_prefix + " or of its folder");
}

}  // namespace

std::string find_framework_library(const LibrarySearch& search) {
  if (!search.explicit_path.empty()) return require_file(search.explicit_path, search);
  if (const char* path = std::getenv(search.environment_variable.c_str()); path != nullptr && *path != '\0') {
    return require_file(path, search);
  }
  std::string looked_at;
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
