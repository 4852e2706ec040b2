#include "report/document/parts.h"

#include <filesystem>

#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

/// As it can be typed again in a shell.
std::string shell_word(const std::string& word) {
  const std::string plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char letter : word) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

std::string command_line(const Json& result) {
  std::string line;
  for (const std::string& word : texts_at(result, "argv")) {
    const bool is_program = line.empty();
    const std::string shown = is_program ? std::filesystem::path(word).filename().string() : word;
    line += (is_program ? "" : " ") + shell_word(shown);
  }
  return line;
}

class Facts {
 public:
  explicit Facts(const Json& result) : result_(result) {}
  void add(const std::string& what, const std::string& value) {
    if (!value.empty()) table_.rows.push_back({{what}, {value}});
  }
  void add_text(const std::string& what, std::string_view path) { add(what, text_at(result_, path)); }
  void add_count(const std::string& what, std::string_view path) {
    if (const auto count = count_at(result_, path)) add(what, grouped(*count));
  }
  void add_joined(const std::string& what, std::initializer_list<std::string_view> paths) {
    std::string joined;
    for (const std::string_view path : paths) {
      const std::string text = text_at(result_, path);
      if (!text.empty()) joined += (joined.empty() ? "" : " ") + text;
    }
    add(what, joined);
  }
  void add_data(const std::string& what, const std::string& path) {
    const std::string spec = text_at(result_, path + ".spec");
    if (spec.empty()) return;
    const auto samples = count_at(result_, path + ".samples");
    add(what, spec + (samples ? ", " + counted(*samples, "sample") : ""));
    add_text(what + ", sha256", path + ".sha256");
  }
  Table take() { return std::move(table_); }

 private:
  const Json& result_;
  Table table_{"reproduction-table", "What the result rests on", {{"What"}, {"Value"}}};
};

double seconds_of(const Json& result) {
  if (const auto total = number_at(result, "seconds.total")) return *total;
  return number_at(result, "seconds").value_or(0);
}

std::string found_text(const MetricGate& gate, const std::vector<MetricPair>& pairs) {
  const MetricText text(gate.metric);
  std::string found;
  for (const MetricPair& pair : pairs) {
    if (pair.name != gate.metric || !pair.delta) continue;
    found = "changes by " + text.difference(pair.delta->value);
    if (pair.delta->has_range()) found += " (" + text.difference_range(*pair.delta->low, *pair.delta->high) + ")";
    if (pair.second) found += " to " + text.value(pair.second->value);
  }
  if (!gate.limit) return found;
  return found + (found.empty() ? "the limit is " : "; the limit is ") + text.value(*gate.limit);
}

Check metric_check(const MetricGate& gate, const std::vector<MetricPair>& pairs, const Json& result) {
  Check check{gate.metric + ": loses at most " + gate.max_drop};
  check.kind = gate.verdict;
  check.message = gate.verdict.empty() ? "not judged" : found_text(gate, pairs);
  if (gate.verdict == "met") check.outcome = Check::Outcome::passed;
  if (gate.verdict == "not_met" || gate.verdict == "undecided") check.outcome = Check::Outcome::failed;
  const auto needed = count_at(result, "samples_needed");
  if (gate.verdict == "undecided" && needed) {
    check.message += "; undecided: about " + counted(*needed, "sample") + " would tell";
  }
  return check;
}

std::optional<Check> speed_check(const Json& result) {
  const auto asked = number_at(result, "gate.speed.min_speedup");
  if (!asked) return std::nullopt;
  const std::string verdict = text_at(result, "gate.speed.verdict");
  Check check{"latency: at least " + fixed(*asked, 2) + "× as fast"};
  check.outcome = verdict == "met" ? Check::Outcome::passed : Check::Outcome::failed;
  check.kind = verdict;
  std::optional<Speedup> speedup = speedup_of(list_at(result, "latency_ms.ratio"));
  if (!speedup) speedup = speedup_of(list_at(result, "against.ratio"));
  if (speedup) check.message = speedup_text(*speedup) + " (" + speedup_range(*speedup) + ")";
  return check;
}

}  // namespace

Document begin_document(const Json& result) {
  Document document;
  document.command = text_at(result, "command");
  document.title = std::filesystem::path(text_at(result, "model")).filename().string();
  if (document.title.empty()) document.title = "halftone " + document.command;
  document.started = text_at(result, "started");
  document.seconds = seconds_of(result);
  document.warnings = texts_at(result, "warnings");
  return document;
}

PairNames pair_names(const Json& result) {
  return {"float", low_precision_of(result), confidence_text(result) + " interval"};
}

Section reproduction_section(const Json& result) {
  Section section{"reproduction", "How to reproduce"};
  const std::string line = command_line(result);
  if (!line.empty()) section.code.push_back({"The command", line + "\n"});
  const std::string output = text_at(result, "output");
  if (find_json(result, "q_config") != nullptr && !output.empty()) {
    section.code.push_back({"The same model again from its result, without data",
                            "halftone recover " + shell_word(output + ".halftone.json") + " -o again.model\n"});
  }
  if (const Json* snippet = find_json(result, "snippet"); snippet != nullptr && snippet->is_string()) {
    section.code.push_back({"Run the model", snippet->get<std::string>()});
  }
  Facts facts(result);
  facts.add_joined("Halftone", {"halftone.version", "halftone.commit"});
  facts.add_joined("Framework", {"framework.name", "framework.version"});
  facts.add_text("Backend", "backend");
  facts.add_text("Target", "target");
  facts.add_joined("Host", {"host.cpu", "host.isa"});
  facts.add_count("Threads", "host.threads");
  facts.add_text("Started", "started");
  if (const double seconds = seconds_of(result); seconds > 0) facts.add("Took", duration(seconds));
  if (const auto peak = number_at(result, "peak_memory_bytes")) facts.add("Peak memory", bytes(*peak));
  const auto seed = count_at(result, "seed");
  facts.add_count("Seed", seed ? "seed" : "config.seed");
  facts.add_text("Model", "model");
  facts.add_text("Model, sha256", "model_sha256");
  facts.add_text("Output", "output");
  facts.add_text("Output, sha256", "output_sha256");
  facts.add_data("Calibration data", "data.calibration");
  facts.add_data("Evaluation data", "data.evaluation");
  if (Table table = facts.take(); !table.rows.empty()) section.tables.push_back(std::move(table));
  return section;
}

std::vector<Check> gate_checks(const Json& result, const std::vector<MetricPair>& pairs) {
  std::vector<Check> checks;
  for (const MetricGate& gate : metric_gates(result)) checks.push_back(metric_check(gate, pairs, result));
  if (auto speed = speed_check(result)) checks.push_back(*std::move(speed));
  if (checks.empty()) {
    checks.push_back({"gates", Check::Outcome::skipped, "", "no gate was asked for (--max-drop, --min-speedup)"});
  }
  return checks;
}

}  // namespace halftone::report
