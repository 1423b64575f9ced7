/* SPDX-License-Identifier: MIT */
/*
 * monkey.c - random keys, clicks, texts and sizes, for ten seconds, or ten minutes with GREENROOM_LONG=1:
 * nothing crashes, every screen can be drawn, and the position stays in the trace. Under a sanitizer
 * it is worth the most.
 *
 *     monkey [SEED]
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "model/canvas.h"
#include "screens/screen.h"
#include "screens/view.h"
#include "store.h"

enum {
	MONKEY_SECONDS = 10,
	MONKEY_LONG = 600,
	MONKEY_CHECK = 64,
	ROWS_MAX = 200,
	COLUMNS_MAX = 500
};

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % sides;
}

static const char *const texts[] = {
	":#17\r",
	":50%\r",
	":+1ms\r",
	":T3 first run\r",
	":@here\r",
	":mark here\r",
	":break kind:switch\r",
	":break name~\"^t.*[0-9]\" state:blocked dur>1us\r",
	":unbreak\r",
	":filter state:runnable !kind:slice\r",
	":filter chan:2\r",
	":filter\r",
	":pane 5\r",
	":help slice\r",
	"/T2\r",
	"/dur>2us\r",
	"/kind:transfer\r",
	"::::\033",
	":swi\t\r",
	"???",
	"p n 1 n 2 n 3",
	"www",
};

static const uint32_t keys[] = {
	KEYS_LEFT, KEYS_RIGHT, KEYS_UP,      KEYS_DOWN, KEYS_HOME,   KEYS_END,    KEYS_PGUP,
	KEYS_PGDN, KEYS_TAB,   KEYS_BACKTAB, KEYS_ESC,  KEYS_ENTER,  KEYS_DELETE, KEYS_BACKSPACE,
	KEYS_TICK, KEYS_MOUSE, KEYS_RESIZE,  KEYS_NONE, KEYS_F0 + 1, KEYS_F0 + 3, 0x10ffff,
};

static void press(struct view *view)
{
	uint32_t choice = dice(16);

	if (choice == 0) {
		for (const char *at = texts[dice(sizeof(texts) / sizeof(texts[0]))]; *at; at++)
			view_key(view, (uint32_t)(unsigned char)*at);
	} else if (choice < 3) {
		struct keys_mouse mouse = {.did = (int)dice(3),
					   .row = (int)dice(ROWS_MAX + 10) - 5,
					   .column = (int)dice(COLUMNS_MAX + 10) - 5};

		if (view->rows > 0 && dice(2)) {
			mouse.row %= view->rows;
			mouse.column %= view->columns;
		}
		view_mouse(view, &mouse);
	} else if (choice < 8) {
		view_key(view, keys[dice(sizeof(keys) / sizeof(keys[0]))]);
	} else {
		view_key(view, ' ' + dice('~' - ' ' + 1));
	}
	if (dice(4) == 0)
		view_tick(view, view->now_ns + dice(1000000000));
}

/* Only half of the sizes are those of terminals. */
static bool resize(struct canvas *canvas)
{
	bool usual = dice(2);

	canvas_term(canvas);
	return canvas_init(canvas, usual ? 24 + (int)dice(30) : 1 + (int)dice(ROWS_MAX),
			   usual ? 80 + (int)dice(60) : 1 + (int)dice(COLUMNS_MAX)) == 0;
}

/* What must hold after every drawing. */
static const char *complaint(const struct view *view, const struct canvas *canvas, int cursor)
{
	if (replay_position(view->replay) > replay_count(view->replay))
		return "the position is past the end";
	if (state_seq(replay_state(view->replay)) > replay_position(view->replay))
		return "the state is ahead of the position";
	if (cursor >= canvas->columns)
		return "the cursor is off the screen";
	for (int row = 0; row < canvas->rows; row++)
		for (int column = 0; column < canvas->columns; column++) {
			const struct cell *cell = &canvas->cells[row * canvas->stride + column];

			if (cell->width && (cell->symbol < ' ' || cell->symbol == 0x7f))
				return "a control character is on the screen";
		}
	return NULL;
}

static bool play(const char *path, int64_t until)
{
	struct event_source *source;
	struct error error;
	struct view view;
	struct canvas canvas = {0};
	const char *wrong = NULL;
	uint64_t first = seed, presses = 0;

	if (store_open(&source, path, &error) < 0 || view_init(&view, source) < 0 ||
	    canvas_init(&canvas, 24, 80) < 0) {
		printf("# %s: %s\n", path, error.text);
		return false;
	}
	while (!wrong && (presses % MONKEY_CHECK || time(NULL) < until)) {
		if (dice(20) == 0 && !resize(&canvas))
			break;
		press(&view);
		presses++;
		wrong = complaint(&view, &canvas, screen_draw(&view, &canvas));
	}
	if (wrong)
		printf("# %s: %s after %llu keys from seed %llu\n", path, wrong,
		       (unsigned long long)presses, (unsigned long long)first);
	else
		printf("# %s: %llu keys\n", path, (unsigned long long)presses);
	canvas_term(&canvas);
	view_term(&view);
	event_source_close(source);
	return !wrong;
}

int main(int argc, char **argv)
{
	static const char *const traces[] = {"play", "hostile", "crowd", "empty"};
	enum { TRACES = sizeof(traces) / sizeof(traces[0]) };
	const char *build = getenv("abs_top_builddir"), *lasting = getenv("GREENROOM_LONG");
	int seconds = lasting && *lasting ? MONKEY_LONG : MONKEY_SECONDS;
	int failed = 0;

	seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)time(NULL);
	printf("1..%d\n", TRACES);
	for (int i = 0; i < TRACES; i++) {
		char command[4096], path[64];
		bool good;

		snprintf(path, sizeof(path), "monkey_%s_%d.db", traces[i], (int)getpid());
		snprintf(command, sizeof(command), "'%s/tests/screens/make_trace' %s %s",
			 build ? build : ".", traces[i], path);
		good = system(command) == 0 && play(path, time(NULL) + seconds / TRACES);
		unlink(path);
		printf("%sok %d - a monkey at the trace %s\n", good ? "" : "not ", i + 1,
		       traces[i]);
		failed += !good;
	}
	return failed > 0;
}
