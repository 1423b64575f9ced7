/* SPDX-License-Identifier: MIT */
/*
 * pager.h - long text on a terminal goes through the reader's pager.
 */
#ifndef GREENROOM_PAGER_H
#define GREENROOM_PAGER_H

/* From here to the end of the program stdout goes through $PAGER (unset: less), when stdout is a
 * terminal. Elsewhere, or when PAGER is empty or "cat": nothing happens. The program ends when the
 * reader has left the pager. */
void pager_begin(void);

#endif
