#include "data/text_source.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/sha256.h"
#include "data/text_columns.h"
#include "data/text_records.h"
#include "data/token_inputs.h"
#include "data/tokenizer_options.h"
#include "halftone/error.h"

namespace halftone {
namespace {

class TextSource final : public DataSource {
 public:
  TextSource(const DataSpec& spec, const std::vector<TensorSignature>& signatures)
      : spec_(spec.text()),
        records_(spec.main()),
        columns_(text_columns(spec, records_)),
        labels_(text_labels(records_, columns_)),
        tokenizer_(text_tokenizer(spec)),
        inputs_(signatures.empty() ? usual_token_inputs(columns_.texts.size() > 1) : token_inputs(signatures)),
        length_(text_length(spec, *tokenizer_.vocabulary, columns_.texts.size(), inputs_.length)) {
    if (samples() == 0) throw Error(ErrorCode::invalid_data, "'" + records_.name() + "' has nothing but a header");
  }

  std::string spec() const override { return spec_; }
  std::optional<std::size_t> size() const override { return samples(); }
  std::string id(std::size_t index) const override { return std::to_string(records_.line(record(index))); }

  std::optional<std::int64_t> label(std::size_t index) const override {
    record(index);
    if (labels_.empty()) return std::nullopt;
    return labels_[index];
  }

  DataItem item(std::size_t index) const override {
    const std::vector<std::string> fields = records_.fields(record(index));
    std::vector<std::vector<TokenId>> texts;
    for (const std::size_t column : columns_.texts) {
      texts.push_back(tokenizer_.tokenizer->ids(fields.at(column), length_.max));
    }
    const TokenSequence sequence = join_texts(std::move(texts), tokenizer_.vocabulary->special(), length_);
    if (sequence.ids.empty()) {
      throw Error(ErrorCode::invalid_data, records_.name() + ":" + id(index) + ": no token is in this text",
                  "take the line out of the file, or pad samples with pad=max");
    }
    DataItem sample{id(index), to_tensors(sequence, inputs_.inputs), {}};
    if (!labels_.empty()) sample.labels = {labels_[index]};
    return sample;
  }

  std::string fingerprint() const override {
    std::string text = "text\n" + records_.sha256() + "\n" + tokenizer_.settings + "\n";
    for (const std::size_t column : columns_.texts) text += std::to_string(column) + " ";
    text += columns_.label ? "label " + std::to_string(*columns_.label) : "no label";
    text += (columns_.has_header ? " header " : " no header ") + std::to_string(length_.max) + " " +
            std::to_string(length_.padded.value_or(0));
    for (const TokenInput& input : inputs_.inputs)
      text += "\n" + input.name + " " + std::string(to_string(input.dtype));
    return sha256_of(text);
  }

 private:
  std::size_t samples() const { return records_.size() - (columns_.has_header ? 1 : 0); }

  std::size_t record(std::size_t index) const {
    if (index < samples()) return index + (columns_.has_header ? 1 : 0);
    throw Error(ErrorCode::invalid_argument,
                spec_ + ": no item " + std::to_string(index) + ", it has " + std::to_string(samples()));
  }

  std::string spec_;
  TextRecords records_;
  TextColumns columns_;
  std::vector<std::int64_t> labels_;
  ChosenTokenizer tokenizer_;
  TokenInputs inputs_;
  SequenceLength length_;
};

}  // namespace

std::unique_ptr<DataSource> open_text(const DataSpec& spec, const std::vector<TensorSignature>& signatures) {
  return std::make_unique<TextSource>(spec, signatures);
}

}  // namespace halftone
