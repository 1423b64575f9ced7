/* SPDX-License-Identifier: MIT */
/*
 * view_command.c - what is typed after ':'.
 */
#include <errno.h>
#include <string.h>

#include "model/position.h"
#include "view_request.h"

int view_go(struct view *view, const char *words)
{
	struct error error;
	uint64_t seq;
	int result = position_find(view->source, words, &seq, &error);

	if (result < 0) {
		view_say(view, "%s", error.text);
		return result;
	}
	result = replay_seek(view->replay, seq);
	if (result < 0)
		view_say(view, "cannot go there: %s", strerror(-result));
	player_stop(&view->player);
	view_moved(view);
	return result < 0 ? result : 0;
}

enum view_result view_command(struct view *view, const char *line)
{
	line += strspn(line, " ");
	if (*line == '\0')
		return VIEW_GO_ON;
	if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0)
		return VIEW_QUIT;
	if (strcmp(line, "help") == 0)
		view->help = true;
	else
		view_go(view, line);
	return VIEW_GO_ON;
}
