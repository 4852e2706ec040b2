#include "base/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "base/file.h"
#include "base/sha256_lanes.h"
#include "halftone/error.h"

namespace halftone {
namespace {

void require(int result) {
  if (result != 1) throw Error(ErrorCode::internal, "the SHA-256 of the crypto library failed");
}

}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  require(state_->context != nullptr ? 1 : 0);
  require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::update(const void* data, std::size_t bytes) {
  require(EVP_DigestUpdate(state_->context.get(), data, bytes));
}

std::array<std::uint8_t, 32> Sha256::digest() {
  std::array<std::uint8_t, 32> digest{};
  require(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr));
  return digest;
}

std::string Sha256::hex() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest()) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

void PartedSha256::close_part() {
  const std::array<std::uint8_t, 32> digest = part_->digest();
  parts_.update(digest.data(), digest.size());
  part_ = std::make_unique<Sha256>();
  in_part_ = 0;
}

void PartedSha256::update(std::string_view text) {
  while (!text.empty()) {
    const std::size_t lanes = in_part_ == 0 ? text.size() / kPartBytes : 0;
    if (const std::size_t hashed = lanes > 0 ? sha256_lanes(text.data(), kPartBytes, lanes, parts_) : 0; hashed > 0) {
      text.remove_prefix(hashed * kPartBytes);
      continue;
    }
    const std::string_view piece = text.substr(0, kPartBytes - in_part_);
    part_->update(piece);
    in_part_ += piece.size();
    text.remove_prefix(piece.size());
    if (in_part_ == kPartBytes) close_part();
  }
}

std::string PartedSha256::hex() {
  close_part();
  return parts_.hex();
}

std::string sha256_of(std::string_view text) {
  Sha256 sha;
  sha.update(text);
  return sha.hex();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  Sha256 sha;
  file->read_once(file->text(), [&](std::string_view piece) { sha.update(piece); });
  return sha.hex();
}

}  // namespace halftone
