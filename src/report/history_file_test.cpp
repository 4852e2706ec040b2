#include "report/history_file.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "halftone/error.h"
#include "report/trial_record.h"
#include "tuning/testing/scripted_search.h"
#include "tuning/testing/small_spaces.h"

namespace halftone {
namespace {

using ::testing::HasSubstr;

class History : public ::testing::Test {
 protected:
  History() {
    std::string name = (std::filesystem::temp_directory_path() / "halftone-history-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = folder_ / "out.jsonl";
    header_ = {"model", space_sha256(space_), "calibration", "evaluation", "top1"};
  }
  ~History() override { std::filesystem::remove_all(folder_); }

  Json line(int id) const {
    Trial trial;
    trial.id = id;
    TuneConfig config = space_.first_choices(QuantMode::static_);
    if (id > 0) config.units.at("conv1").choice = space_.unit("conv1").choices.at(static_cast<std::size_t>(id - 1));
    trial.proposal = {config, "stage", "changes"};
    trial.measured = testing::measured(0.8, 0.8);
    return trial_line(trial, space_);
  }
  Error error_of(const std::function<void()>& work) const {
    try {
      work();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(ErrorCode::internal, "");
  }

  const TuningSpace space_ = testing::small_network();
  std::filesystem::path folder_;
  std::filesystem::path path_;
  HistoryHeader header_;
};

TEST_F(History, HoldsEveryTrialThatWasWritten) {
  HistoryFile file(path_, header_);
  file.write(line(0));
  file.write(line(1));
  const HistoryRecord record = read_history(path_, space_);  // while the file is still open
  EXPECT_EQ(record.header, header_);
  EXPECT_EQ(record.trials.trials().size(), 2U);
  EXPECT_EQ(record.whole_bytes, std::filesystem::file_size(path_));
}

TEST_F(History, ALineThatWasCutOffIsLeftOutAndWrittenOver) {
  {
    HistoryFile file(path_, header_);
    file.write(line(0));
    file.write(line(1));
  }
  const std::string whole = read_file(path_);
  for (std::size_t cut = 1; cut < line(1).dump().size(); cut += 7) {
    write_file(path_, whole.substr(0, whole.size() - cut));
    const HistoryRecord record = read_history(path_, space_);
    ASSERT_EQ(record.trials.trials().size(), 1U) << cut;
    HistoryFile(path_, record).write(line(1));
    EXPECT_EQ(read_file(path_), whole);
  }
}

TEST_F(History, SensitivitiesAreKeptByConfiguration) {
  const TuneConfig config = space_.first_choices(QuantMode::static_);
  {
    HistoryFile file(path_, header_);
    file.write(line(0));
    file.write(sensitivity_line(Sensitivity::added_noise, config, {{"conv1", 0.1}, {"add", 1.0 / 3}}, space_));
  }
  const HistoryRecord record = read_history(path_, space_);
  const auto& values = record.sensitivities.at(sensitivity_key(Sensitivity::added_noise, config));
  EXPECT_EQ(values.at("add"), 1.0 / 3);
  EXPECT_FALSE(record.sensitivities.contains(sensitivity_key(Sensitivity::activation_error, config)));
  EXPECT_FALSE(
      record.sensitivities.contains(sensitivity_key(Sensitivity::added_noise, with_float(config, {"add"}, ""))));
}

TEST_F(History, OfAnotherSearchSaysWhatIsDifferent) {
  { HistoryFile file(path_, header_); }
  const HistoryRecord record = read_history(path_, space_);
  require_same_search(record.header, header_, path_);
  HistoryHeader other = header_;
  other.evaluation_sha256 = "others";
  const Error error = error_of([&] { require_same_search(record.header, other, path_); });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.message(), HasSubstr("evaluation data"));
  EXPECT_THAT(error.hint(), HasSubstr("--resume"));
}

TEST_F(History, OfAnotherSpaceIsReadAsFarAsItsHeader) {
  {
    HistoryFile file(path_, header_);
    file.write(line(0));
    file.write(line(1));
  }
  std::vector<SpaceUnit> units = space_.units();
  units.front().choices.pop_back();
  const TuningSpace other(units, {}, {});
  const HistoryRecord record = read_history(path_, other);
  EXPECT_TRUE(record.trials.empty());
  HistoryHeader wanted = header_;
  wanted.space_sha256 = space_sha256(other);
  EXPECT_THAT(error_of([&] { require_same_search(record.header, wanted, path_); }).message(), HasSubstr("space"));
}

TEST_F(History, WhatIsNoHistoryIsOneErrorWithItsLine) {
  for (const char* text : {"", "no newline", "{}\n", "[]\n", "text\n", "{\"halftone_history\": 99}\n",
                           "{\"halftone_history\": 1}\n", "\n\n"}) {
    write_file(path_, text);
    const Error error = error_of([&] { read_history(path_, space_); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_data) << text;
    EXPECT_THAT(error.message(), HasSubstr(":1:")) << text;
  }
  {
    HistoryFile file(path_, header_);
    file.write(line(0));
  }
  write_file(path_, read_file(path_) + "{\"trial\": 1}\n");
  EXPECT_EQ(error_of([&] { read_history(path_, space_); }).code(), ErrorCode::invalid_data);
}

TEST_F(History, AMissingFolderIsAnError) {
  EXPECT_EQ(error_of([&] { HistoryFile(folder_ / "none" / "out.jsonl", header_); }).code(), ErrorCode::io);
}

TEST_F(History, AFullDiskLeavesTheWholeLinesThatWereThere) {
  EXPECT_EQ(error_of([&] { HistoryFile("/dev/full", header_); }).code(), ErrorCode::io);
}

}  // namespace
}  // namespace halftone
