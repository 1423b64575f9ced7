/* SPDX-License-Identifier: MIT */
/*
 * faulty_disk.h - a disk that fails SQLite's n-th write.
 *
 * A VFS over the system's own, in which only writing differs.
 */
#ifndef GREENROOM_TESTS_FAULTY_DISK_H
#define GREENROOM_TESTS_FAULTY_DISK_H

#include <stdbool.h>

/* Makes it the default from now on; once. */
void faulty_disk_install(void);

/* Write number `countdown` from now fails, and with `for_ever` all later ones; 0: none does. */
void faulty_disk_set(long countdown, bool for_ever);

/* Writes since then. */
long faulty_disk_writes(void);

#endif
