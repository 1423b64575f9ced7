/* SPDX-License-Identifier: MIT */
/* bench_coroutine.h - two coroutines of C++20 that resume each other, for C. */
#ifndef BENCH_COROUTINE_H
#define BENCH_COROUTINE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A bench_fn. */
void run_coroutines(void *context, size_t count);

#ifdef __cplusplus
}
#endif

#endif
