#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "halftone/progress.h"
#include "leftovers.h"
#include "stage_board.h"

namespace halftone::cli {

/// The work in a child process, so that a framework that crashes ends in one error (--isolate).
class Isolation {
 public:
  /// What the child leaves beside these outputs, and among the temporary files, is removed when it dies.
  explicit Isolation(const std::vector<std::filesystem::path>& outputs) : leftovers_(outputs) {}

  /// Forks, while there is but one thread. In the child: nullopt, and the work goes on there. In the parent: waits for
  /// the child, hands signals on to it, and gives its exit status; throws unsupported when a signal ended it,
  /// interrupted when the user did, io when there can be no child.
  std::optional<int> split();
  /// In the child: keeps the parent told of the stages.
  std::unique_ptr<Progress> recorded(Progress& progress) { return recorded_on(board_, progress); }
  /// In the child, when everything is written: a crash from here on, as the framework is taken down, does not count.
  void finish(int status) { board_.finish(status); }

 private:
  StageBoard board_;
  Leftovers leftovers_;
};

}  // namespace halftone::cli
