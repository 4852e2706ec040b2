#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "halftone/error.h"

namespace halftone {

/// Expects an Error of this code whose message or hint holds `words`.
template <typename Action>
void expect_error(ErrorCode code, const std::string& words, const Action& action) {
  try {
    action();
    ADD_FAILURE() << "no error; expected one about '" << words << "'";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_THAT(error.message() + "\n" + error.hint(), testing::HasSubstr(words));
  }
}

}  // namespace halftone
