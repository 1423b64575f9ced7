/* SPDX-License-Identifier: MIT */
/* compiler.h - the few things about compilers that the runtime has to say. */
#ifndef GREENROOM_COMPILER_H
#define GREENROOM_COMPILER_H

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

/* Reads a pointer by itself. Compilers like to read two neighbours as one vector, which has to wait
 * until what was written to each of the two has arrived in the cache. */
#define read_alone(pointer) (*(__typeof__(pointer) volatile *)&(pointer))

/* The public interface; everything else is hidden (-fvisibility=hidden, greenroom.map). */
#define GREENROOM_API __attribute__((visibility("default")))

/* For functions that only run when something is wrong. */
#define GREENROOM_COLD __attribute__((cold, noinline))
/* For functions that only run when something is recorded: they are in nobody's way, and quick. */
#define GREENROOM_TOLD __attribute__((noinline))

#if defined __SANITIZE_ADDRESS__
#define GREENROOM_ADDRESS_SANITIZER
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define GREENROOM_ADDRESS_SANITIZER
#endif
#endif

/* Tells the processor that it turns in a loop waiting for another one. */
static inline void cpu_relax(void)
{
#if defined __x86_64__ || defined __i386__
	__builtin_ia32_pause();
#elif defined __aarch64__
	__asm__ volatile("yield" ::: "memory");
#else
	__asm__ volatile("" ::: "memory");
#endif
}

/* Fetches a cache line that will be written to; without effect on what the program means. */
static inline void prefetch_for_write(const void *line)
{
#if defined __x86_64__
	/* The compiler's own fetches it for reading, unless told for which processors it works; those
	 * that do not know this instruction do nothing. */
	__asm__ volatile("prefetchw %0" ::"m"(*(const char *)line));
#else
	__builtin_prefetch(line, 1);
#endif
}

/* Stores before it are seen before those after it, by another process too. The processors named
 * here see to that themselves. */
static inline __attribute__((always_inline)) void store_barrier(void)
{
#if defined __x86_64__ || defined __i386__ || defined __s390x__
	__asm__ volatile("" ::: "memory");
#else
	__atomic_thread_fence(__ATOMIC_RELEASE);
#endif
}

/* For functions that read or write stack memory that is not theirs. */
#if defined __clang__ && __has_attribute(disable_sanitizer_instrumentation)
#define GREENROOM_RAW_STACK                                                                        \
	__attribute__((no_sanitize("address", "thread", "undefined"),                              \
		       disable_sanitizer_instrumentation))
#else
#define GREENROOM_RAW_STACK __attribute__((no_sanitize("address", "thread", "undefined")))
#endif

#endif
