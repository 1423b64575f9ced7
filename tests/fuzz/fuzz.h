/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - the function that a fuzzer calls with each input. "make fuzz" links it to libFuzzer; "make
 * check" to corpus.c, which calls it with the inputs that are kept in corpus/, and some like them.
 */
#ifndef GREENROOM_TESTS_FUZZ_H
#define GREENROOM_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
