/* SPDX-License-Identifier: MIT */
/*
 * command_slice.c - the words of a tasklet's slice, each with what it looks like.
 *
 * Code is named from the files that the program had loaded, when they are still there.
 */
#include "command_slice.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/event_match.h"
#include "model/explain.h"
#include "model/position.h"
#include "model/replay.h"
#include "model/xray.h"
#include "output.h"
#include "pager.h"
#include "store.h"
#include "symbols.h"

/* ---------------------------------------------------------------------------------------------
 * Names of code
 */

struct module_reader {
	struct symbols *symbols;
	int modules;
};

static int read_module(void *context, bool is_header, int columns, const char *const *values)
{
	struct module_reader *reader = context;

	if (is_header || columns != 2 || !values[0] || !values[1])
		return 0;
	symbols_add_module(reader->symbols, strtoull(values[0], NULL, 10), values[1]);
	reader->modules++;
	return 0;
}

static bool is_code(void *context, uint64_t address)
{
	return *symbols_find(context, address, false).function != '\0';
}

/* ---------------------------------------------------------------------------------------------
 * Which slice
 */

static int find_tasklet(const char *what, uint32_t *tasklet, const char **position,
			struct error *error)
{
	const char *digits = *what == 'T' ? what + 1 : what;
	char *end;
	unsigned long number = strtoul(digits, &end, 10);

	if (*digits < '0' || *digits > '9' || (*end && *end != '@') || number == 0 ||
	    number > STATE_ID_MAX)
		return error_set(error, -EINVAL, EXIT_USAGE,
				 "'%s' is no tasklet: T7, or T7@POSITION", what);
	*tasklet = (uint32_t)number;
	*position = *end ? end + 1 : NULL;
	return 0;
}

/* The last time that its stack was copied to the heap. */
static int find_last_save(struct replay *replay, uint32_t tasklet, uint64_t *seq)
{
	struct event_match match = {.query = {.tasklet = tasklet, .kind = EVENT_slice_save}};
	const struct event *event;
	int result = event_match_find(replay_events(replay), &match, replay_count(replay), -1,
				      &event);

	if (result > 0)
		*seq = event->seq;
	return result;
}

static int find_slice(struct replay *replay, const char *what, uint32_t *tasklet,
		      struct slice_bytes *slice, struct error *error)
{
	const char *position = NULL;
	uint64_t seq = 0;
	int result = find_tasklet(what, tasklet, &position, error);

	if (result == 0 && position)
		result = position_find(replay_source(replay), position, &seq, error);
	else if (result == 0)
		result = find_last_save(replay, *tasklet, &seq);
	if (result >= 0 && seq)
		result = replay_seek(replay, seq);
	if (result >= 0 && seq)
		result = slice_bytes_read(slice, replay_events(replay), *tasklet, seq);
	if (result < 0)
		return result;
	if (!seq || result == 0)
		return error_set(error, -ENOENT, EXIT_USAGE,
				 "nothing of the stack of T%" PRIu32 " is in the heap %s", *tasklet,
				 position ? "there" : "at any time");
	if (slice->known)
		return 0;
	slice_bytes_term(slice);
	return error_set(error, -ENOENT, EXIT_USAGE,
			 "the trace does not hold what was copied: greenroom record --slices does");
}

/* ---------------------------------------------------------------------------------------------
 * Telling
 */

static void print_code(struct symbols *symbols, uint64_t address)
{
	struct dictionary_place place = symbols_find(symbols, address, false);
	const char *slash = strrchr(place.file, '/');

	/* Without a line it may as well be data that has a name. */
	printf(place.line ? "code of " : "at ");
	output_clean(stdout, place.function);
	if (place.line) {
		printf(" (");
		output_clean(stdout, slash ? slash + 1 : place.file);
		printf(":%" PRIu32 ")", place.line);
	}
	printf("\n");
}

static void print_word(const struct xray_word *word, struct symbols *symbols)
{
	char sign[XRAY_WORD + 1] = "";

	printf("%012" PRIx64 "  ", word->address);
	if (word->kind == XRAY_NOT_RECORDED) {
		printf("%16s  not in the trace\n", "");
		return;
	}
	printf("%016" PRIx64 "  ", word->value);
	switch (word->kind) {
	case XRAY_ZERO:
		printf("0\n");
		break;
	case XRAY_NUMBER:
		printf("%" PRId64 "\n", (int64_t)word->value);
		break;
	case XRAY_PAIR:
		printf("%" PRIu32 " and %" PRIu32 "\n", (uint32_t)word->value,
		       (uint32_t)(word->value >> 32));
		break;
	case XRAY_STACK:
		printf("its own stack, %" PRIu64 " bytes %s\n",
		       (uint64_t)(word->distance < 0 ? -word->distance : word->distance),
		       word->distance < 0 ? "down" : "up");
		break;
	case XRAY_CODE:
		print_code(symbols, word->value);
		break;
	case XRAY_TEXT:
		memcpy(sign, &word->value, XRAY_WORD);
		printf("text \"%s\"\n", sign);
		break;
	case XRAY_ADDRESS:
		printf("an address\n");
		break;
	default:
		printf("\n");
		break;
	}
}

static void print_slice(const struct replay *replay, uint32_t tasklet,
			const struct slice_bytes *slice, struct module_reader *reader)
{
	const struct state *state = replay_state(replay);
	uint64_t base = state_tasklet(state, tasklet)->stack_base;
	char name[EXPLAIN_MAX];

	explain_tasklet(name, sizeof(name), state, replay_source(replay)->dictionary, tasklet);
	printf("#%" PRIu64
	       " %s: %zu bytes of its stack are in the heap, %zu of them in the trace\n",
	       replay_position(replay), name, slice->bytes, slice->known);
	if (reader->modules == 0)
		fprintf(stderr, "greenroom: the trace does not say what the program had loaded: "
				"no code is named\n");
	for (uint64_t at = 0; at + XRAY_WORD <= slice->bytes && !output_is_broken();
	     at += XRAY_WORD) {
		struct xray_word word = xray_look(slice, slice->address + at, base, is_code,
						  reader->symbols);

		print_word(&word, reader->symbols);
	}
}

int command_print_slice(struct event_source *source, const char *what, struct error *error)
{
	struct module_reader reader = {.symbols = symbols_create()};
	struct slice_bytes slice = {0};
	struct replay *replay = NULL;
	struct event_source_info info;
	uint32_t tasklet = 0;
	int result = reader.symbols ? replay_create(&replay, source) : -ENOMEM;

	source->ops->info(source, &info);
	if (result == 0)
		result = find_slice(replay, what, &tasklet, &slice, error);
	if (result == 0)
		result = store_sql(info.title, "SELECT base, path FROM module", read_module,
				   &reader, error);
	if (result >= 0) {
		pager_begin();
		print_slice(replay, tasklet, &slice, &reader);
	}
	slice_bytes_term(&slice);
	replay_destroy(replay);
	symbols_destroy(reader.symbols);
	if (result < 0 && !error->text[0])
		error_set_file(error, result, info.title);
	return result < 0 ? result : 0;
}
