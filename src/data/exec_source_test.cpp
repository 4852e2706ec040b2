#include "data/exec_source.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

#include "base/file.h"
#include "data/test_fixtures.h"
#include "tensor/npz.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Exec : public testing::Test {
 protected:
  static std::string length_bytes(std::uint64_t length) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> 8 * i & 0xFF);
    return bytes;
  }
  std::string batch(float value, std::int64_t label) const {
    const std::string file = folder_ / "batch.npz";
    save_npz(file, {{"x", Tensor::from(std::vector{value}, {1, 1})}, {"label", Tensor::from(std::vector{label}, {1})}});
    const std::string npz = read_file(file);
    return length_bytes(npz.size()) + npz;
  }
  Error error_of_output(const std::string& output) const {
    const auto source = open_data("exec:cat " + folder_.write("output", output));
    const auto stream = source->stream();
    return error_of([&] {
      while (stream->next()) continue;
    });
  }
  TemporaryFolder folder_;
};

TEST_F(Exec, StreamsTheBatchesOfAProgramAnewForEachPass) {
  const std::string file = folder_.write("output", batch(1, 10) + batch(2, 20));
  const auto source = open_data("exec:cat " + file);
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_EQ(error_of([&] { source->item(0); }).code(), ErrorCode::unsupported);
  for (int pass = 0; pass < 2; ++pass) {
    const auto stream = source->stream();
    const auto first = stream->next();
    const auto second = stream->next();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->id, "0");
    EXPECT_THAT(first->labels, ElementsAre(10));
    EXPECT_EQ(second->id, "1");
    EXPECT_EQ(second->inputs[0].value, Tensor::from(std::vector{2.0f}, {1, 1}));
    EXPECT_FALSE(stream->next());
    EXPECT_FALSE(stream->next());
  }
}

TEST_F(Exec, RefusesOutputThatEndsEarly) {
  const std::string whole = batch(1, 10);
  for (const std::size_t length : {std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{9}, whole.size() - 1}) {
    const Error error = error_of_output(batch(1, 10) + whole.substr(0, length));
    EXPECT_EQ(error.code(), ErrorCode::invalid_data) << length;
    EXPECT_THAT(error.message(), testing::AllOf(HasSubstr("cat "), HasSubstr("batch 1"))) << length;
  }
}

TEST_F(Exec, RefusesLengthsThatAreNone) {
  EXPECT_THAT(error_of_output(length_bytes(~0ull) + "x").message(), HasSubstr("18446744073709551615 bytes"));
  // 4 GiB are allowed, but only what arrives is held.
  EXPECT_THAT(error_of_output(length_bytes(1ull << 32) + "x").message(), HasSubstr("ended within batch 0"));
  EXPECT_EQ(error_of_output(length_bytes(0)).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of_output("this is text, not batches").code(), ErrorCode::invalid_data);
  EXPECT_THAT(error_of_output(length_bytes(3) + "npz").message(), HasSubstr("batch 0 of 'cat "));
}

TEST_F(Exec, RefusesAProgramThatFails) {
  const std::string file = folder_.write("output", batch(1, 10));
  const auto failing = open_data("exec:cat " + file + "; exit 3");
  const auto stream = failing->stream();
  EXPECT_TRUE(stream->next());
  const Error error = error_of([&] { stream->next(); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.message(), HasSubstr("exit 3' ended with exit status 3"));

  const auto killed = open_data("exec:kill -9 $$");
  EXPECT_THAT(error_of([&] { killed->stream()->next(); }).message(), HasSubstr("signal 9"));
  const auto missing = open_data("exec:/nonexistent/program 2>/dev/null");
  EXPECT_THAT(error_of([&] { missing->stream()->next(); }).message(), HasSubstr("exit status 127"));
}

TEST_F(Exec, EndsTheProgramWithTheStream) {
  const std::string file = folder_.write("output", batch(1, 10));
  const auto source = open_data("exec:echo $$ > " + (folder_ / "pid") + "; cat " + file + "; sleep 600");
  auto stream = source->stream();
  ASSERT_TRUE(stream->next());
  const pid_t process = std::stoi(read_file(folder_ / "pid"));
  EXPECT_EQ(kill(process, 0), 0);
  stream.reset();
  EXPECT_NE(kill(process, 0), 0);
}

TEST_F(Exec, GivesTheProgramAnEmptyInput) {
  const auto source = open_data("exec:cat");
  EXPECT_FALSE(source->stream()->next());
}

}  // namespace
}  // namespace halftone
