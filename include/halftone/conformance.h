#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/capability.h"
#include "halftone/progress.h"

// Whether a backend's capability file says what the framework does: for each op type, small models are quantized, run,
// and looked at. Written against Adaptor alone, so that it serves every adaptor there is.

namespace halftone {

/// A small float model that shows one op as a backend meets it: between two products where it is none itself, so that
/// its data arrive and leave in low precision. Its inputs have known shapes and take random data.
struct OpModel {
  std::string variant;  ///< what is special about it, e.g. "reflect"; empty for the plain form
  std::string op;       ///< name of the op it is about, in the prepared model
  std::filesystem::path file;
};

/// Builds such models for one framework.
class OpModelMaker {
 public:
  virtual ~OpModelMaker();
  /// Every op type it has models for.
  virtual std::vector<std::string> op_types() const = 0;
  /// Models of an op type in all the forms that kernels may tell apart, written into a folder; none for a type that
  /// it does not know.
  virtual std::vector<OpModel> models_of(const std::string& op_type, const std::filesystem::path& folder) const = 0;
  /// Models of ops that follow one another and are fused; `op` is the first of them.
  virtual std::vector<OpModel> models_of_pattern(const std::vector<std::string>& op_types,
                                                 const std::filesystem::path& folder) const = 0;
  /// Whether an executed op of that type converts between float and integers.
  virtual bool is_conversion(const std::string& executed_type) const = 0;
  /// Whether an executed op of that type is the kernel of an op type of the model.
  virtual bool is_kernel_of(const std::string& executed_type, const std::string& op_type) const = 0;
};

/// One model of an op, quantized in one way and run.
struct ConformanceTrial {
  std::string op_type;               ///< of a pattern: of its first op
  std::vector<std::string> pattern;  ///< op types of the instance of a pattern, in order of data; empty for an op alone
  std::string variant;
  /// How the weights of all ops are quantized and what they meet, where the backend offers that: an alternative's words
  /// with every list narrowed to one value. Absent: the first choices.
  std::optional<OpChoice> wanted;
  bool beside_others = false;            ///< wanted is there on request, while the backend advises something else
  bool forced = false;                   ///< quantized though the backend offers no choice for it
  std::optional<Runs> claim;             ///< what the file says of the choice that was made
  std::optional<QuantSpec> weight;       ///< of the constant weight that was quantized
  int fewest_bits = 8;                   ///< of any weight of the model
  std::string reason;                    ///< why the op stayed in float
  bool execution_known = false;          ///< the adaptor told what was executed
  std::vector<std::string> executed;     ///< types of the executed ops, those in low precision marked with a star
  bool kernel_in_low_precision = false;  ///< of the op under test
  /// Every executed op is, and there are no more conversions than the plan has (where the plan is Halftone's own).
  bool all_in_low_precision = false;
  bool one_kernel = true;  ///< no op of the pattern after the first has a kernel of its own
  double sqnr_db = 0;      ///< of the outputs against float: 10 log10 of the energy of signal over noise
  std::string failure;     ///< the error that ended it; a framework may refuse what is forced on it

  bool offered() const { return claim && !forced; }
  bool ran_in_low_precision() const { return kernel_in_low_precision && all_in_low_precision; }
  /// What rounding of values of so many bits leaves of the signal at least: 20 dB for 8 bits, 10 dB for 4.
  double least_decibels() const { return fewest_bits == 4 ? 10 : 20; }
  /// How the weight was quantized, and the activation where that is not all the same: "int8 symmetric per_channel".
  std::string weights() const;
  /// What `wanted` makes of activations beside others, as text before weights(): "int8 symmetric × ".
  std::string activations() const;
};

/// The trials as a table for people, one line each under a head.
std::string to_table(const std::vector<ConformanceTrial>& trials);

/// What came of holding a capability file against the framework.
struct ConformanceReport {
  std::vector<ConformanceTrial> trials;
  /// What is not as the file says or could not be proved, a sentence each; where it is about a trial, the sentence
  /// names its op, variant and way of quantizing. Empty: every claim is proved.
  std::vector<std::string> complaints;
};

/// Holds a backend's capability file against what its framework does. Models are calibrated on random data of seed 1
/// and judged on such of seed 2, on one thread, so that a framework that repeats itself gives the same report each
/// time. An error of the adaptor in one trial is a complaint, and the others go on; errors of the maker, and
/// Error(interrupted) from any Progress, end the work.
class Conformance {
 public:
  /// `folder` takes the models and is made where it is missing; whoever gives it removes it. Adaptor, maker and
  /// progress must live as long. Throws io where the folder cannot be made.
  Conformance(const Adaptor& adaptor, const OpModelMaker& maker, std::filesystem::path folder,
              Progress& progress = silent_progress());

  /// Does every op of the file run as the file says? Each model of it in each way that its alternatives come to; each
  /// alternative has to be shown by a model. What the file offers in no form is forced as well.
  ConformanceReport run_every_op() const;
  /// Does the file leave out what the framework could run in low precision? Every op type that the maker knows and the
  /// file does not offer is quantized all the same.
  ConformanceReport find_missed_kernels() const;
  /// Does every instance of every pattern run in low precision, as one kernel?
  ConformanceReport run_every_pattern() const;

 private:
  /// Models of one op type, or of one instance of a pattern.
  struct Subject {
    std::vector<std::string> op_types;
    std::vector<OpModel> models;
  };
  std::vector<Subject> subjects_of(const std::vector<std::string>& op_types) const;
  std::vector<Alternative> alternatives_of(const std::string& op_type) const;
  ConformanceTrial try_model(const OpModel& model, ConformanceTrial trial) const;
  std::vector<ConformanceTrial> try_every_way(const std::string& op_type, const OpModel& model) const;
  std::vector<ConformanceTrial> try_subject(const Subject& subject, Stage& stage) const;

  const Adaptor& adaptor_;
  const OpModelMaker& maker_;
  std::filesystem::path folder_;
  Progress& progress_;
};

/// All three questions in one report, each complaint once. Complains as well where no model was quantized at all, since
/// nothing is proved then. Throws as Conformance does.
ConformanceReport check_conformance(const Adaptor& adaptor, const OpModelMaker& maker,
                                    const std::filesystem::path& folder, Progress& progress = silent_progress());

}  // namespace halftone
