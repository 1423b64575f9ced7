/* SPDX-License-Identifier: MIT */
/*
 * quantity.h - numbers and their units, as people write them: 12, 1.5ms, 4KiB.
 */
#ifndef GREENROOM_QUANTITY_H
#define GREENROOM_QUANTITY_H

#include <stdbool.h>

/* Digits, a point, digits; *end is what follows. Negative: there is no number. (strtod would take
 * hexadecimal numbers and "infinity" too.) */
double quantity_number(const char *text, const char **end);

/* How many nanoseconds the unit has: ns, us, µs, ms, s, m; 0: no such unit. */
double quantity_unit_ns(const char *name);

/* A whole text: a number, with a sign and a unit of time (in ns then) or of memory (in bytes) if
 * wanted. */
bool quantity_read(const char *text, double *value);

#endif
