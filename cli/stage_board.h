#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "halftone/progress.h"

namespace halftone::cli {

/// What a process says of its work, in memory that it shares with its parent: it is still there when the process is
/// not.
class StageBoard {
 public:
  /// Throws io when there is no memory to share.
  StageBoard();
  ~StageBoard();
  StageBoard(const StageBoard&) = delete;
  StageBoard& operator=(const StageBoard&) = delete;

  /// Where the work is, e.g. "while at 'calibrate'"; cut to what there is room for.
  void show(std::string_view place);
  std::string place() const;
  /// All is done and written, and the process would end with that status.
  void finish(int status);
  std::optional<int> finished() const;

 private:
  struct Shared;
  Shared* shared_;
};

/// A Progress that passes everything on and keeps the board up to date.
std::unique_ptr<Progress> recorded_on(StageBoard& board, Progress& progress);

}  // namespace halftone::cli
