#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "base/thrown_error.h"
#include "tensor/little_endian.h"
#include "tensor/zip_reader.h"

namespace halftone {
namespace {

using ::testing::HasSubstr;

/// What an archive's directory says of a file, right or wrong.
struct Claim {
  std::string name = "x";
  std::string packed = "hello";
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint32_t packed_bytes = 0;
  std::uint32_t bytes = 0;
};

template <typename T>
void put(std::string& bytes, T value) {
  append_little_endian(bytes, value);
}

std::uint32_t crc_of(const std::string& text) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

/// A stored file told truthfully.
Claim stored(const std::string& name, const std::string& content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  return {name, content, 0, 0, crc_of(content), size, size};
}

std::string fields_of(const Claim& claim) {
  std::string fields;
  put(fields, std::uint16_t{20});
  put(fields, claim.flags);
  put(fields, claim.method);
  put(fields, std::uint32_t{0});
  put(fields, claim.crc);
  put(fields, claim.packed_bytes);
  put(fields, claim.bytes);
  put(fields, static_cast<std::uint16_t>(claim.name.size()));
  put(fields, std::uint16_t{0});
  return fields;
}

std::string local_file(const Claim& claim) {
  std::string bytes;
  put(bytes, std::uint32_t{0x04034B50});
  return bytes + fields_of(claim) + claim.name + claim.packed;
}

std::string directory_entry(const Claim& claim, std::uint32_t offset) {
  std::string bytes;
  put(bytes, std::uint32_t{0x02014B50});
  put(bytes, std::uint16_t{20});
  bytes += fields_of(claim);
  bytes.append(10, '\0');
  put(bytes, offset);
  return bytes + claim.name;
}

std::string end_record(std::uint16_t entries, std::size_t directory_bytes, std::size_t offset) {
  std::string bytes;
  put(bytes, std::uint32_t{0x06054B50});
  bytes.append(4, '\0');
  put(bytes, entries);
  put(bytes, entries);
  put(bytes, static_cast<std::uint32_t>(directory_bytes));
  put(bytes, static_cast<std::uint32_t>(offset));
  return bytes + std::string(2, '\0');
}

std::string archive_of(const std::vector<Claim>& claims) {
  std::string bytes;
  std::string directory;
  for (const Claim& claim : claims) {
    directory += directory_entry(claim, static_cast<std::uint32_t>(bytes.size()));
    bytes += local_file(claim);
  }
  return bytes + directory + end_record(static_cast<std::uint16_t>(claims.size()), directory.size(), bytes.size());
}

std::string deflate_raw(const std::string& content) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// A deflated file told truthfully.
Claim deflated(const std::string& content) {
  const std::string packed = deflate_raw(content);
  return {"x",
          packed,
          0,
          8,
          crc_of(content),
          static_cast<std::uint32_t>(packed.size()),
          static_cast<std::uint32_t>(content.size())};
}

Error error_of(const std::string& bytes) {
  return thrown_error([&] { read_zip(nullptr, bytes, "a.zip"); });
}

TEST(Zip, ReadsStoredFilesInPlace) {
  const std::string bytes = archive_of({stored("x", "hello"), stored("y", "")});
  const std::vector<ZipMember> members = read_zip(nullptr, bytes, "a.zip");
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].content, "hello");
  EXPECT_EQ(members[0].content.data(), bytes.data() + 31);
  EXPECT_EQ(members[1].name, "y");
  EXPECT_EQ(members[1].content, "");
}

TEST(Zip, ReadsDeflatedFiles) {
  for (const std::string& content : {std::string(), std::string("hello"), std::string(1'000'000, 'a')}) {
    const std::string bytes = archive_of({deflated(content)});
    EXPECT_EQ(read_zip(nullptr, bytes, "a.zip")[0].content, content);
  }
}

TEST(Zip, ReadsPastAComment) {
  std::string bytes = archive_of({stored("x", "hello")});
  const std::string comment = "a comment with PK\5\6 in it";
  bytes[bytes.size() - 2] = static_cast<char>(comment.size());
  EXPECT_EQ(read_zip(nullptr, bytes + comment, "a.zip").size(), 1U);
}

TEST(Zip, RefusesEncryptedFiles) {
  Claim claim = stored("x", "hello");
  claim.flags = 1;
  EXPECT_EQ(error_of(archive_of({claim})).message(), "a.zip: 'x' is encrypted");
}

TEST(Zip, RefusesOtherMethodsByNumber) {
  Claim claim = stored("x", "hello");
  claim.method = 14;
  EXPECT_EQ(error_of(archive_of({claim})).message(), "a.zip: 'x': is compressed by method 14");
}

TEST(Zip, RefusesTwoFilesOfOneName) {
  EXPECT_THAT(error_of(archive_of({stored("x", "a"), stored("x", "b")})).message(), HasSubstr("'x' is there twice"));
}

TEST(Zip, RefusesAChecksumThatIsWrong) {
  Claim claim = stored("x", "hello");
  claim.crc ^= 1;
  EXPECT_THAT(error_of(archive_of({claim})).message(), HasSubstr("checksum"));
}

TEST(Zip, RefusesSizesThatLie) {
  Claim longer = stored("x", "hello");
  longer.bytes = longer.packed_bytes = 1000;
  EXPECT_EQ(error_of(archive_of({longer})).code(), ErrorCode::invalid_data);
  Claim two = stored("x", "hello");
  two.bytes = 4;
  EXPECT_THAT(error_of(archive_of({two})).message(), HasSubstr("two different sizes"));
  for (const int change : {-1, 1}) {
    Claim wrong = deflated("hello hello hello");
    wrong.bytes = static_cast<std::uint32_t>(static_cast<int>(wrong.bytes) + change);
    EXPECT_THAT(error_of(archive_of({wrong})).message(), HasSubstr("does not decompress to its size")) << change;
  }
}

TEST(Zip, RefusesToAllocateWhatDeflateCannotHold) {
  Claim claim = deflated("hello");
  claim.bytes = 0xFFFFFFF0U;
  EXPECT_THAT(error_of(archive_of({claim})).message(), HasSubstr("larger than it can be"));
}

TEST(Zip, RefusesFilesThatShareTheirBytes) {
  const Claim claim = stored("x", std::string(500, 'a'));
  Claim twin = claim;
  twin.name = "y";
  const std::string bytes = local_file(claim);
  const std::string directory = directory_entry(claim, 0) + directory_entry(twin, 0);
  EXPECT_THAT(error_of(bytes + directory + end_record(2, directory.size(), bytes.size())).message(),
              HasSubstr("larger than the archive"));
}

TEST(Zip, RefusesADirectoryThatLies) {
  const Claim claim = stored("x", "hello");
  const std::string bytes = local_file(claim);
  const std::string directory = directory_entry(claim, 0);
  const std::size_t size = directory.size();
  for (const std::string& end :
       {end_record(1, size, bytes.size() + 1), end_record(1, size + 1, bytes.size()), end_record(2, size, bytes.size()),
        end_record(60000, size, bytes.size()), end_record(0, size, bytes.size()), end_record(1, size, 0xFFFFFFF0U),
        end_record(0xFFFF, size, bytes.size())}) {
    EXPECT_EQ(error_of(bytes + directory + end).code(), ErrorCode::invalid_data);
  }
  const std::string astray = directory_entry(claim, 5);
  EXPECT_EQ(error_of(bytes + astray + end_record(1, astray.size(), bytes.size())).code(), ErrorCode::invalid_data);
}

TEST(Zip, RefusesAnotherNameInTheFilesOwnHeader) {
  Claim other = stored("y", "hello");
  const std::string bytes = local_file(stored("x", "hello"));
  const std::string directory = directory_entry(other, 0);
  EXPECT_THAT(error_of(bytes + directory + end_record(1, directory.size(), bytes.size())).message(),
              HasSubstr("another name"));
}

}  // namespace
}  // namespace halftone
