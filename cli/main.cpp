#include "entry.h"

int main(int argc, char** argv) { return halftone::cli::run_program({argv, argv + argc}); }
