/* SPDX-License-Identifier: MIT */
/*
 * view.h - all that the viewer knows: the trace, the position, and what the person has chosen.
 *
 * It knows no terminal. A screen, a script and a test ask the same things of it: view_key with a
 * key, view_tick with the time, and screen_draw (screen.h) with a canvas.
 */
#ifndef GREENROOM_VIEW_H
#define GREENROOM_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "bookmarks.h"
#include "event_source.h"
#include "keys.h"
#include "layout.h"
#include "model/crowd.h"
#include "model/filter.h"
#include "model/gaps.h"
#include "model/glossary.h"
#include "model/lanes.h"
#include "model/predict.h"
#include "model/replay.h"
#include "model/scene.h"
#include "model/survey.h"
#include "model/wait_scene.h"
#include "player.h"
#include "prompt.h"
#include "search.h"
#include "source_file.h"

/* What a pane keeps for itself between two drawings. */
struct view_pane {
	uint64_t used;     /* when it last had the keys */
	uint32_t first;    /* first row that is seen */
	uint32_t selected; /* selected row, 0: none */
	int rows;          /* rows of content when it was drawn last */
	bool by_hand;      /* the person scrolled: it follows the events again after a move */
};

/* What the timeline shows. */
struct view_timeline {
	struct lanes *lanes; /* made when it is first drawn */
	struct lanes_range range;
	unsigned int zoom;  /* see lanes_range.h */
	bool by_time;       /* not by events */
	int columns, label; /* of the last drawing: how wide it was, and where it began */
};

/* Who waits for whom. */
struct view_waits {
	struct wait_users *users;
	bool wanted, complete; /* has been looked at; all users are known */
	struct wait_scene scene;
	bool made, scene_complete; /* the scene, and of which position it is */
	uint64_t position, seen;
};

enum { VIEW_TASKLET_ROWS = 256, VIEW_EVENT_ROWS = 256, VIEW_WHYS = 64 };

struct live;

struct view {
	struct event_source *source; /* borrowed */
	struct replay *replay;
	struct keys keys;
	struct replay *scout; /* reads ahead while `replay` stays */
	struct event_source_info info;
	struct scene scene; /* of the position */
	struct crowd *crowd;
	enum view_grouping { VIEW_GROUP_UNASKED, VIEW_GROUP_ON, VIEW_GROUP_OFF } grouping;
	uint32_t tasklet_row
		[VIEW_TASKLET_ROWS]; /* of the table of tasklets: which is where, 0: none */
	struct live *live;           /* the program that is watched, NULL: none (live.h) */
	struct player player;
	struct prompt prompt;
	struct search search;
	struct filter *filter; /* what lists show; NULL: everything */
	struct survey survey;  /* of the filter, else of what is looked for */
	struct bookmarks bookmarks;
	struct view_timeline timeline;
	struct view_waits waits;
	struct gaps gaps;        /* found so far */
	bool reading;            /* for more of them */
	struct source_file file; /* source text that was looked at last */
	struct view_pane pane[PANE_COUNT];
	uint64_t uses;                       /* count for view_pane.used */
	struct layout layout;                /* of the last drawing: where clicks go */
	int rows, columns;                   /* of the last drawing */
	uint64_t event_row[VIEW_EVENT_ROWS]; /* of the list of events: which is where, 0: none */
	int choice; /* line of the palette that is chosen, 0: what is typed */
	bool ascii, zoomed, more, help;
	bool following;                 /* stays at the end while the trace grows */
	int help_first;                 /* first line of the help that is seen */
	uint32_t thread;                /* chosen for ring and stack, 0: the event's own */
	uint32_t followed;              /* tasklet or channel that t, T, c, C follow */
	enum request last;              /* request before this one */
	uint64_t now_ns;                /* as view_tick was told */
	uint64_t asked_from[VIEW_WHYS]; /* where w was pressed, the last at the end */
	int whys;
	int term;                         /* the word of the sentence that is explained, 0: none */
	const struct glossary_word *card; /* that somebody asked for by name, NULL: none */
	struct predict predict;
	char message[256]; /* in place of the key bar until the next key */
};

/* What whoever reads the keys has to do. */
enum view_result { VIEW_GO_ON, VIEW_QUIT, VIEW_REDRAW, VIEW_SUSPEND, VIEW_EDIT };

/* 0 or negative errno. The source stays the caller's. */
int view_init(struct view *view, struct event_source *source);
void view_term(struct view *view);

enum view_result view_key(struct view *view, uint32_t key);

/* The mouse did something on what was drawn last. */
enum view_result view_mouse(struct view *view, const struct keys_mouse *mouse);

/* Time goes by: plays, and searches on. */
void view_tick(struct view *view, uint64_t now_ns);
/* Lets what takes several ticks come to its end, for those who have no clock. */
void view_settle(struct view *view);
/* How long nothing will change by itself, in milliseconds; -1: until a key is pressed. */
int view_wait_ms(const struct view *view);

/* The source that the event is about: where the file was found (borrowed), and the line. NULL with a
 * message when there is none. */
const char *view_source(struct view *view, uint32_t *line);

/* Reads so many further events to find out who uses which channel, if somebody has asked. */
void view_read_users(struct view *view, uint64_t events);

/* Goes to the end, and stays there while the trace grows; any other move ends that. */
void view_follow(struct view *view, bool on);

/* Goes to a position given in words (position.h). 0 or negative errno with the message set. */
int view_go(struct view *view, const char *words);

void view_say(struct view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum pane_id view_focus(const struct view *view);
void view_set_focus(struct view *view, enum pane_id pane);
/* The thread that ring and stack show. */
uint32_t view_thread(const struct view *view);

/* Whether the table of tasklets shows groups: as asked for, or because they are so many. */
bool view_is_grouped(const struct view *view);

/* After a move of the replay: refreshes what depends on the position. */
void view_moved(struct view *view);

#endif
