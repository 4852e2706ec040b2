#include "adaptors/onnxruntime/format/model_bytes.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/parallel.h"

namespace halftone::onnxruntime {
namespace {

std::string_view text_of(const Tensor& value) {
  return {reinterpret_cast<const char*>(value.data()), value.size_bytes()};
}

/// Lets workers go on one after the other, in the order of their indices, until one of them has failed.
class Turns {
 public:
  /// False when there are no turns any more.
  bool wait(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failed_ || next_ == index; });
    return !failed_;
  }
  void pass_on() {
    change([&] { ++next_; });
  }
  void fail() {
    change([&] { failed_ = true; });
  }

 private:
  template <typename Change>
  void change(Change apply) {
    {
      const std::scoped_lock lock(mutex_);
      apply();
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
  bool failed_ = false;
};

/// Neighbouring pieces that one maker's values are among, or that need none.
struct Segment {
  const ValueMaker* maker = nullptr;
  std::size_t first = 0;
};

template <typename Piece>
std::vector<Segment> segments_of(const std::vector<Piece>& pieces) {
  std::vector<Segment> segments{{}};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto* made = std::get_if<MadeValue>(&pieces[i]);
    if (made == nullptr || made->maker.get() == segments.back().maker) continue;
    segments.push_back({made->maker.get(), i});
  }
  return segments;
}

void visit_bytes(std::string_view bytes, const ModelFiles& files, const std::function<void(std::string_view)>& visit) {
  constexpr std::size_t kStep = std::size_t{4} << 20;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kStep))) {
    visit(bytes.substr(0, kStep));
    files.forget(bytes.substr(0, kStep));
  }
}

/// Calls use(std::string_view) with the bytes of a piece.
template <typename Piece, typename Use>
void with_bytes(const Piece& piece, Use use) {
  if (const auto* made = std::get_if<MadeValue>(&piece)) {
    const auto values = made->maker->values();
    use(text_of(values->at(made->index)));
  } else if (const auto* text = std::get_if<std::string>(&piece)) {
    use(std::string_view(*text));
  } else {
    use(std::get<std::string_view>(piece));
  }
}

}  // namespace

void ModelBytes::close_text() {
  if (!text_.empty()) pieces_.emplace_back(std::move(text_));
  text_.clear();
}

void ModelBytes::add_view(std::string_view bytes) {
  constexpr std::size_t kWorthAPiece = 4096;
  if (bytes.size() < kWorthAPiece) return add(bytes);
  close_text();
  pieces_.emplace_back(bytes);
}

void ModelBytes::add_made(const MadeValue& value) {
  close_text();
  pieces_.emplace_back(value);
}

void ModelBytes::append(ModelBytes other) {
  close_text();
  for (Piece& piece : other.pieces_) pieces_.push_back(std::move(piece));
  text_ = std::move(other.text_);
}

std::uint64_t ModelBytes::size() const {
  std::uint64_t total = text_.size();
  for (const Piece& piece : pieces_) {
    if (const auto* made = std::get_if<MadeValue>(&piece))
      total += made->bytes;
    else
      with_bytes(piece, [&](std::string_view bytes) { total += bytes.size(); });
  }
  return total;
}

std::string ModelBytes::str() const {
  std::string all;
  all.reserve(size());
  std::shared_ptr<const ValueMaker::Values> held;  // neighbours come from one maker, which makes them together
  for (const Piece& piece : pieces_) {
    if (const auto* made = std::get_if<MadeValue>(&piece)) held = made->maker->values();
    with_bytes(piece, [&](std::string_view bytes) { all.append(bytes); });
  }
  return all.append(text_);
}

void ModelBytes::visit_pieces(std::size_t first, std::size_t last, const ModelFiles& files,
                              const Visitor& visit) const {
  for (std::size_t i = first; i < last; ++i) {
    with_bytes(pieces_[i], [&](std::string_view bytes) { visit_bytes(bytes, files, visit); });
  }
}

void ModelBytes::for_each(const ModelFiles& files, int threads, const Visitor& visit) const {
  for_each(files, threads, std::vector<Visitor>{visit});
}

void ModelBytes::for_each(const ModelFiles& files, int threads, const std::vector<Visitor>& visitors) const {
  const std::vector<Segment> segments = segments_of(pieces_);
  std::vector<Turns> turns(visitors.size());
  parallel_for(segments.size(), threads, [&](std::size_t, std::size_t index) {
    try {
      const Segment& segment = segments[index];
      const auto values = segment.maker != nullptr ? segment.maker->values() : nullptr;
      const std::size_t end = index + 1 < segments.size() ? segments[index + 1].first : pieces_.size();
      for (std::size_t i = 0; i < visitors.size(); ++i) {
        if (!turns[i].wait(index)) return;
        visit_pieces(segment.first, end, files, visitors[i]);
        turns[i].pass_on();
      }
    } catch (...) {
      for (Turns& each : turns) each.fail();
      throw;
    }
  });
  for (const Visitor& visit : visitors) visit_bytes(text_, files, visit);
}

}  // namespace halftone::onnxruntime
