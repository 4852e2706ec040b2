#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace halftone {

/// SHA-256 of bytes given piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(const void* data, std::size_t bytes);
  void update(std::string_view text) { update(text.data(), text.size()); }
  /// 64 lower-case hexadecimal digits. Call once.
  std::string hex();
  /// The same as 32 bytes. Call one of the two, once.
  std::array<std::uint8_t, 32> digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The hash of a list of hashes, for what is large and no other program hashes: the SHA-256 of the SHA-256s (32 bytes
/// each) of all parts of kPartBytes, the last of which may be shorter or empty. Parts are hashed side by side where the
/// processor has vectors for it, twice as fast as one after the other. Does not depend on the pieces.
class PartedSha256 {
 public:
  /// An odd number of lines, so that neighbouring parts do not compete for the same places of a cache.
  static constexpr std::size_t kPartBytes = std::size_t{257} * 64;
  void update(std::string_view text);
  /// 64 lower-case hexadecimal digits. Call once.
  std::string hex();

 private:
  void close_part();
  std::unique_ptr<Sha256> part_ = std::make_unique<Sha256>();
  std::size_t in_part_ = 0;
  Sha256 parts_;
};

std::string sha256_of(std::string_view text);
/// Throws io.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace halftone
