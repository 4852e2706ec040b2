#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halftone {

/// The words of a command line: parted by spaces, tabs and line ends, where these are not quoted. 'Single' quotes keep
/// all as it is, "double" ones all but \" and \\; outside of quotes, a backslash keeps the character behind it. Nothing
/// else is special: there are no variables, patterns, pipes or redirections. Throws configuration for a quote that is
/// not closed.
std::vector<std::string> split_command(std::string_view command);

}  // namespace halftone
