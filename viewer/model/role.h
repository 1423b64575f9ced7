/* SPDX-License-Identifier: MIT */
/*
 * role.h - what a piece of a figure is, so that whoever shows it can choose how it looks.
 *
 * A role never carries meaning alone: a figure says everything with a glyph or a word first, and
 * reads the same without any colour.
 */
#ifndef GREENROOM_ROLE_H
#define GREENROOM_ROLE_H

/* ROLE(name, what it marks) */
#define ROLES(ROLE)                                                                                \
	ROLE(PLAIN, "ordinary text")                                                               \
	ROLE(DIM, "text of less weight")                                                           \
	ROLE(TITLE, "title line")                                                                  \
	ROLE(BORDER, "frame of a pane")                                                            \
	ROLE(FOCUS, "frame and name of the pane that has the keys")                                \
	ROLE(CURRENT, "the tasklet that runs")                                                     \
	ROLE(RUNNABLE, "a tasklet in the chain")                                                   \
	ROLE(BLOCKED, "a tasklet that waits in a channel")                                         \
	ROLE(PAUSED, "a tasklet in no chain and no queue")                                         \
	ROLE(ENDED, "a tasklet that has ended")                                                    \
	ROLE(MAIN, "a thread's main tasklet")                                                      \
	ROLE(STACK, "bytes in place on the C stack")                                               \
	ROLE(SLICE, "bytes in the heap")                                                           \
	ROLE(COPIED, "bytes that this event copies")                                               \
	ROLE(CHANNEL, "a channel")                                                                 \
	ROLE(PLACE, "a place in the source")                                                       \
	ROLE(ADDRESS, "an address")                                                                \
	ROLE(HIGHLIGHT, "what this event touches")                                                 \
	ROLE(SELECTED, "the selected row")                                                         \
	ROLE(HIT, "what was searched for")                                                         \
	ROLE(KEY, "a key of the keyboard")                                                         \
	ROLE(WARNING, "something to be careful about")                                             \
	ROLE(PROMPT, "the line where the user types")

#define ROLE(name, meaning) ROLE_##name,
enum role { ROLES(ROLE) ROLE_COUNT };
#undef ROLE

#endif
