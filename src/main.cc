#include "cli/cli.h"

int main(int argc, char** argv) { return cadre::cli::run({argv + 1, argv + argc}); }
