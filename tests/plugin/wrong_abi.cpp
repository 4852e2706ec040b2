#include "halftone/plugin.h"

extern "C" __attribute__((visibility("default"))) const halftone::PluginEntry* halftone_plugin() {
  static const halftone::PluginEntry entry{"halftone-0/another-compiler", nullptr};
  return &entry;
}
