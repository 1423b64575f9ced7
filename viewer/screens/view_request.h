/* SPDX-License-Identifier: MIT */
/*
 * view_request.h - doing what was asked for: by a key, or by a command typed after ':'.
 */
#ifndef GREENROOM_VIEW_REQUEST_H
#define GREENROOM_VIEW_REQUEST_H

#include "view.h"

/* `key` is the one that asked. */
enum view_result view_request(struct view *view, enum request request, uint32_t key);

/* A line from the : prompt: a position, a command and its words, or what a key can ask for, by name;
 * else what the palette has found for it. */
enum view_result view_command(struct view *view, const char *line);

struct view_command {
	const char *name;
	const char *argument; /* "FILTER", "" for none */
	const char *help;
	enum view_result (*run)(struct view *view, const char *words);
};

/* The commands that are no keys. */
const struct view_command *view_commands(size_t *count);

/* Learning (view_learn.c): to the cause of an event, and back. */
void view_why(struct view *view);
void view_why_back(struct view *view);
/* The next word of the sentence gets its card. */
void view_define(struct view *view);
/* What that word means. */
void view_show_card(struct view *view, const struct glossary_word *word);
void view_toggle_predict(struct view *view);
/* Before a move to `target` (0: to the next switch): whether there is a question to be answered
 * first. The replay stands before the switch then. */
bool view_predict_first(struct view *view, uint64_t target);
/* A key while there is a question. */
void view_predict_key(struct view *view, uint32_t key);

/* The timeline (timeline_pane.c): all of the trace; by time, or by events. */
void view_timeline_whole(struct view *view);
void view_timeline_axis(struct view *view);

/* What stands in that column of the key bar. */
enum request view_bar_request(const struct view *view, int column);

/* Requests that move (view_move.c); false for others. */
bool view_request_move(struct view *view, enum request request);
/* A move of the replay has returned: 1 moved, 0 could not, negative errno. */
void view_move_done(struct view *view, int moved, const char *why_not);

/* Finding (view_find.c). While words are typed after /: each letter starts anew from where the prompt
 * was opened. */
void view_find_open(struct view *view);
void view_find_typing(struct view *view);
void view_find_typed(struct view *view);
void view_find_cancelled(struct view *view);
/* What was looked for last, once more. */
void view_find_again(struct view *view, int direction);
/* To the next breakpoint. */
void view_find_breakpoint(struct view *view, int direction);
/* To the next event that the lists show, with a filter. */
void view_find_listed(struct view *view, int direction);
/* Time goes by. */
void view_find_on(struct view *view);
/* The replay stands at a breakpoint: says which. */
void view_say_breakpoint(struct view *view);
/* What lists show; "" for everything. 0 or negative errno with the message set. */
int view_set_filter(struct view *view, const char *words);
/* What the time bar marks has changed. */
void view_survey(struct view *view);

#endif
