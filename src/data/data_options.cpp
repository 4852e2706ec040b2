#include "data/data_options.h"

namespace halftone {

const std::vector<DataKind>& data_kinds() {
  static const std::vector<DataKind> kinds{
      {"npz", "FILE", "arrays named as the model's inputs, first axis = samples; scalars are given with every sample"},
      {"batches", "DIR", "one .npz a batch, of any shapes, in the order of their names"},
      {"images", "DIR", "JPEG and PNG images; decode, resize, crop, channels, then (pixel * scale - mean) / std"},
      {"text", "FILE", "sentences of a .tsv or .csv, or one a line, as tokens for models that take input_ids"},
      {"exec", "COMMAND", "a program that writes .npz batches, each after its length in 8 bytes (little endian)"},
      {"random", "[SEED]",
       "256 made-up samples: floats from N(0, 1), integers 0 to 9 (int4, uint4: 0 to 7), booleans 0 "
       "or 1; unknown extents are 1"},
  };
  return kinds;
}

const std::vector<DataOption>& data_options() {
  static const std::string inputs = "KEY or several, as A+B - arrays to use as inputs (default: all but the labels)";
  static const std::string labels =
      "KEY - array of the labels, first axis = samples: whole numbers for classes, or truth of any type and shape "
      "(default: 'label' where there is one)";
  static const std::vector<DataOption> options{
      {"npz", "inputs", inputs},
      {"npz", "labels", labels},
      {"batches", "inputs", inputs},
      {"batches", "labels", labels},
      {"images", "labels",
       "CSV or 'folder' - a table whose first columns are file name and label, or: sub-folders are "
       "the classes, in the order of their names"},
      {"images", "preset",
       "torchvision | keras | caffe - the usual options of these model families; options given "
       "beside it win"},
      {"images", "resize", "N | HxW | none - shorter side N, or exactly H x W; bilinear with antialiasing"},
      {"images", "crop", "N | HxW | none - centre crop"},
      {"images", "channels", "rgb | bgr - order of the channels"},
      {"images", "scale", "NUMBER, fraction or three - multiplies the pixels 0 … 255, e.g. 1/255"},
      {"images", "mean", "NUMBER or three, as 104:117:123 - subtracted, in the order of the channels"},
      {"images", "std", "NUMBER or three, as 0.229:0.224:0.225 - divides, in the order of the channels"},
      {"images", "layout", "nchw | nhwc - order of the axes"},
      {"text", "vocab", "FILE - tokens, one a line; .json: a list of them, or a map from token to id; needed"},
      {"text", "tokenizer",
       "wordpiece | whitespace - as BERT and its relatives, or words between blanks (default: wordpiece)"},
      {"text", "lowercase",
       "yes | no - lower case, for wordpiece without accents (default: yes; has to be said where the vocabulary has "
       "capital letters)"},
      {"text", "columns",
       "NAME or number from 0, two as A+B - the text, or the two of a pair (default: the first that is not the label)"},
      {"text", "label", "NAME or number from 0 - column of whole numbers with the labels"},
      {"text", "header", "yes | no - the first line names the columns (default: yes where a column is given by name)"},
      {"text", "max_length", "N - tokens of a sample, special ones included; longer ones are cut (default: 128)"},
      {"text", "pad",
       "longest | max - none, since samples come one at a time, or to max_length (default: longest); to the model's "
       "length where that is fixed"},
      {"text", "blanks", "CHARACTERS - for whitespace: taken as blanks, e.g. 0123456789"},
      {"text", "apart", "CHARACTERS - for whitespace: words of their own, e.g. .!?"},
      {"exec", "inputs", inputs},
      {"exec", "labels", labels},
  };
  return options;
}

}  // namespace halftone
