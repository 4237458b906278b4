/*
 * fuzz -- what every fuzz target has in common.
 *
 * A target is one file t/fuzz/<name>.c with this function; it checks
 * properties with must().  Configured with --enable-fuzzers (clang) it is
 * linked with libFuzzer, otherwise with replay.c, which runs it over the files
 * of t/fuzz/corpus/<name>/.  A finding becomes a file there.
 */
#ifndef FL_FUZZ_H
#define FL_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
