/* SPDX-License-Identifier: MIT */
/*
 * quantity.c - numbers and their units, as people write them.
 */
#include "quantity.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	double value;
};

static const struct unit times[] = {
	{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {NULL, 0},
};

static const struct unit sizes[] = {
	{"", 1},       {"B", 1},           {"k", 1024},          {"K", 1024},
	{"KiB", 1024}, {"M", 1024 * 1024}, {"MiB", 1024 * 1024}, {NULL, 0},
};

static double unit_value(const struct unit *units, const char *name)
{
	while (*name == ' ')
		name++;
	for (; units->name; units++)
		if (strcmp(units->name, name) == 0)
			return units->value;
	return 0;
}

double quantity_unit_ns(const char *name)
{
	return unit_value(times, name);
}

double quantity_number(const char *text, const char **end)
{
	size_t length = strspn(text, "0123456789.");
	char digits[64], *stop;
	double value;

	*end = text;
	if (length == 0 || length >= sizeof(digits))
		return -1;
	memcpy(digits, text, length);
	digits[length] = '\0';
	value = strtod(digits, &stop);
	*end = text + length;
	return *stop || !isfinite(value) ? -1 : value;
}

bool quantity_read(const char *text, double *value)
{
	bool negative = *text == '-';
	const char *unit;
	double number = quantity_number(text + (negative || *text == '+'), &unit);
	double factor = unit_value(sizes, unit);

	if (factor == 0)
		factor = unit_value(times, unit);
	*value = (negative ? -number : number) * factor;
	return number >= 0 && factor > 0;
}
