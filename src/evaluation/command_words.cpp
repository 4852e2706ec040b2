#include "evaluation/command_words.h"

#include "halftone/error.h"

namespace halftone {
namespace {

/// Reads one line from its beginning.
class WordSplitter {
 public:
  explicit WordSplitter(std::string_view line) : line_(line) {}

  std::vector<std::string> words() {
    while (at_ < line_.size()) step();
    end_word();
    return words_;
  }

 private:
  void step() {
    const char letter = line_[at_++];
    if (std::string_view(" \t\r\n").find(letter) != std::string_view::npos) return end_word();
    is_within_ = true;
    if (letter == '\'' || letter == '"') return read_quoted(letter);
    if (letter == '\\' && at_ < line_.size())
      word_ += line_[at_++];
    else
      word_ += letter;
  }

  void read_quoted(char quote) {
    for (; at_ < line_.size(); ++at_) {
      const char letter = line_[at_];
      if (letter == quote) {
        ++at_;
        return;
      }
      const bool may_escape = quote == '"' && letter == '\\' && at_ + 1 < line_.size();
      if (may_escape && (line_[at_ + 1] == '"' || line_[at_ + 1] == '\\')) ++at_;
      word_ += line_[at_];
    }
    throw Error(ErrorCode::configuration, "the command '" + std::string(line_) + "' has a quote that is not closed");
  }

  void end_word() {
    if (is_within_) words_.push_back(std::move(word_));
    word_.clear();
    is_within_ = false;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool is_within_ = false;
  std::string word_;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> split_command(std::string_view command) { return WordSplitter(command).words(); }

}  // namespace halftone
