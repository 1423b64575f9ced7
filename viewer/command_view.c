/* SPDX-License-Identifier: MIT */
/*
 * command_view.c - the screen, for the commands that have one.
 */
#include "command_view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "screens/interactive.h"
#include "screens/script.h"

error_t command_look_parse(struct command_look *look, int key, const char *word,
			   struct argp_state *state)
{
	switch (key) {
	case LOOK_ASCII:
		look->ascii = true;
		return 0;
	case LOOK_NO_MOUSE:
		look->no_mouse = true;
		return 0;
	case LOOK_SCREENSHOT:
		look->screenshot = word;
		return 0;
	case LOOK_SCRIPT:
		look->script = word;
		return 0;
	case LOOK_SIZE:
		if (script_parse_size(word, &look->rows, &look->columns) < 0)
			argp_error(state, "--size takes COLUMNSxROWS, like 80x24, not '%s'", word);
		return 0;
	case LOOK_THEME:
		look->theme = theme_by_name(word);
		if (!look->theme)
			argp_error(state, "there is no theme '%s'", word);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int command_load_keys(struct keys *keys, struct error *error)
{
	char path[4096];
	int result = 0;

	keys_init(keys);
	if (keys_path(path, sizeof(path)))
		result = keys_load(keys, path, error);
	return result == -ENOENT || result == -ENOTDIR ? 0 : result;
}

bool command_terminal_is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || *term == '\0' || strcmp(term, "dumb") == 0;
}

int command_play_script(struct view *view, const struct command_look *look)
{
	struct script script = {view, look->rows, look->columns};
	struct error error;
	int result = 0;

	if (look->script && strcmp(look->script, "-") != 0 && access(look->script, F_OK) != 0 &&
	    script_is_keys(look->script))
		result = script_press(&script, look->script, &error);
	else if (look->script)
		result = script_play(&script, look->script, &error);
	if (result == 0 && look->screenshot)
		result = script_screenshot(&script, look->screenshot, &error);
	return result < 0 ? command_fail(&error) : EXIT_GOOD;
}

int command_show(struct view *view, const struct command_look *look, int *signal_number)
{
	struct terminal_options options = {
		.theme = look->theme, .ascii = view->ascii, .mouse = !look->no_mouse};
	const char *no_colour = getenv("NO_COLOR");
	struct error error;
	int result;

	if (!options.theme)
		options.theme = theme_by_name(no_colour && *no_colour ? "mono" : "default");
	result = interactive_run(view, &options);
	*signal_number = result > 0 ? result : 0;
	if (result >= 0)
		return EXIT_GOOD;
	if (result == -ENODEV)
		error_set(&error, result, EXIT_USAGE,
			  "the terminal '%s' is not known or too simple; --plain works everywhere",
			  getenv("TERM") ? getenv("TERM") : "");
	else
		error_set(&error, result, EXIT_USAGE, "no terminal: %s", strerror(-result));
	return command_fail(&error);
}
