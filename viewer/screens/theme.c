/* SPDX-License-Identifier: MIT */
/*
 * theme.c - the themes.
 */
#include "theme.h"

#include <string.h>

/* What every theme without colours relies on. */
#define LOOK_TITLE    THEME_REVERSE | THEME_BOLD
#define LOOK_SELECTED THEME_REVERSE

static const struct theme themes[] = {
	{
		.name = "default",
		.summary = "for dark terminals",
		.colours = true,
		.look =
			{
				[ROLE_PLAIN] = {-1, -1, 0},
				[ROLE_DIM] = {246, -1, 0},
				[ROLE_TITLE] = {-1, -1, LOOK_TITLE},
				[ROLE_BORDER] = {243, -1, 0},
				[ROLE_FOCUS] = {75, 6, THEME_BOLD},
				[ROLE_CURRENT] = {214, 3, THEME_BOLD},
				[ROLE_RUNNABLE] = {75, 6, 0},
				[ROLE_BLOCKED] = {175, 5, 0},
				[ROLE_PAUSED] = {250, -1, 0},
				[ROLE_ENDED] = {243, -1, THEME_DIM},
				[ROLE_MAIN] = {75, 6, 0},
				[ROLE_STACK] = {75, 6, 0},
				[ROLE_SLICE] = {175, 5, 0},
				[ROLE_COPIED] = {227, 3, THEME_BOLD},
				[ROLE_CHANNEL] = {75, 6, 0},
				[ROLE_PLACE] = {227, 3, THEME_BOLD},
				[ROLE_ADDRESS] = {246, -1, 0},
				[ROLE_HIGHLIGHT] = {-1, -1, THEME_BOLD},
				[ROLE_SELECTED] = {-1, -1, LOOK_SELECTED},
				[ROLE_HIT] = {227, 3, THEME_UNDERLINE | THEME_BOLD},
				[ROLE_KEY] = {75, 6, THEME_BOLD},
				[ROLE_WARNING] = {208, 3, THEME_BOLD},
				[ROLE_PROMPT] = {-1, -1, THEME_BOLD},
			},
	},
	{
		.name = "light",
		.summary = "for light terminals",
		.colours = true,
		.look =
			{
				[ROLE_PLAIN] = {-1, -1, 0},
				[ROLE_DIM] = {240, -1, 0},
				[ROLE_TITLE] = {-1, -1, LOOK_TITLE},
				[ROLE_BORDER] = {245, -1, 0},
				[ROLE_FOCUS] = {25, 4, THEME_BOLD},
				[ROLE_CURRENT] = {130, 4, THEME_BOLD},
				[ROLE_RUNNABLE] = {25, 4, 0},
				[ROLE_BLOCKED] = {90, 5, 0},
				[ROLE_PAUSED] = {238, -1, 0},
				[ROLE_ENDED] = {245, -1, THEME_DIM},
				[ROLE_MAIN] = {25, 4, 0},
				[ROLE_STACK] = {25, 4, 0},
				[ROLE_SLICE] = {90, 5, 0},
				[ROLE_COPIED] = {130, 4, THEME_BOLD},
				[ROLE_CHANNEL] = {25, 4, 0},
				[ROLE_PLACE] = {130, 4, THEME_BOLD},
				[ROLE_ADDRESS] = {240, -1, 0},
				[ROLE_HIGHLIGHT] = {-1, -1, THEME_BOLD},
				[ROLE_SELECTED] = {-1, -1, LOOK_SELECTED},
				[ROLE_HIT] = {130, 4, THEME_UNDERLINE | THEME_BOLD},
				[ROLE_KEY] = {25, 4, THEME_BOLD},
				[ROLE_WARNING] = {166, 5, THEME_BOLD},
				[ROLE_PROMPT] = {-1, -1, THEME_BOLD},
			},
	},
	{
		.name = "mono",
		.summary = "no colours",
		.look =
			{
				[ROLE_TITLE] = {-1, -1, LOOK_TITLE},
				[ROLE_FOCUS] = {-1, -1, THEME_BOLD},
				[ROLE_CURRENT] = {-1, -1, THEME_BOLD},
				[ROLE_COPIED] = {-1, -1, THEME_BOLD},
				[ROLE_PLACE] = {-1, -1, THEME_BOLD},
				[ROLE_HIGHLIGHT] = {-1, -1, THEME_BOLD},
				[ROLE_SELECTED] = {-1, -1, LOOK_SELECTED},
				[ROLE_HIT] = {-1, -1, THEME_UNDERLINE},
				[ROLE_KEY] = {-1, -1, THEME_BOLD},
				[ROLE_WARNING] = {-1, -1, THEME_BOLD},
				[ROLE_PROMPT] = {-1, -1, THEME_BOLD},
			},
	},
	{
		.name = "contrast",
		.summary = "no colours, nothing faint, marks reversed",
		.look =
			{
				[ROLE_TITLE] = {-1, -1, LOOK_TITLE},
				[ROLE_FOCUS] = {-1, -1, THEME_REVERSE},
				[ROLE_CURRENT] = {-1, -1, THEME_REVERSE},
				[ROLE_COPIED] = {-1, -1, THEME_REVERSE},
				[ROLE_PLACE] = {-1, -1, THEME_REVERSE},
				[ROLE_HIGHLIGHT] = {-1, -1, THEME_REVERSE},
				[ROLE_SELECTED] = {-1, -1, LOOK_SELECTED},
				[ROLE_HIT] = {-1, -1, THEME_REVERSE | THEME_UNDERLINE},
				[ROLE_KEY] = {-1, -1, THEME_BOLD},
				[ROLE_WARNING] = {-1, -1, THEME_REVERSE | THEME_BOLD},
				[ROLE_PROMPT] = {-1, -1, THEME_BOLD},
			},
	},
};

enum { THEMES = sizeof(themes) / sizeof(themes[0]) };

const struct theme *theme_at(size_t index)
{
	return index < THEMES ? &themes[index] : NULL;
}

const struct theme *theme_by_name(const char *name)
{
	for (int i = 0; i < THEMES; i++)
		if (strcmp(themes[i].name, name) == 0)
			return &themes[i];
	return NULL;
}
