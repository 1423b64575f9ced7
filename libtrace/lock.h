/* SPDX-License-Identifier: MIT */
/*
 * lock.h - the locks of what threads share: a mutex that is held for a few dozen instructions, so that
 * whoever finds it taken does better to look again for a moment than to sleep at once.
 */
#ifndef GREENROOM_LOCK_H
#define GREENROOM_LOCK_H

#include <errno.h>
#include <pthread.h>

/* 0 or -ENOMEM. */
static inline int lock_init(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;
	int error = pthread_mutexattr_init(&attributes);

	if (error)
		return -ENOMEM;
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
	error = pthread_mutex_init(lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return error ? -ENOMEM : 0;
}

#endif
