/* SPDX-License-Identifier: MIT */
/*
 * wait_words.c - why somebody can never run again, in a sentence.
 */
#include <inttypes.h>
#include <stdio.h>

#include "sentence.h"
#include "wait_graph.h"

enum {
	WORDS_LABEL = 128,
	WORDS_LIST = 6 /* so many of a circle are named */
};

struct wait_words {
	struct sentence said;
	const struct wait_graph *graph;
	const struct wait_names *names;
};

static void put_tasklet(struct wait_words *words, uint32_t tasklet)
{
	char label[WORDS_LABEL] = "";

	words->names->tasklet(label, sizeof(label), words->names->context, tasklet);
	sentence_put(&words->said, "%s", label);
}

static void put_channel(struct wait_words *words, uint32_t channel)
{
	char label[WORDS_LABEL] = "";

	words->names->channel(label, sizeof(label), words->names->context, channel);
	sentence_put(&words->said, "%s", label);
}

/* "T4 waits for T5 (C2), T5 waits for T4 (C3)", or the first few of many. */
static void put_circle(struct wait_words *words, const struct wait_group *group)
{
	uint32_t id = group->head, left = group->circle;

	for (int i = 0; i < WORDS_LIST && left > 0; i++, left--) {
		uint32_t next = wait_graph_circle_next(words->graph, id);

		/* The last link closes the circle: it must not be the one that is left out. */
		if (i == WORDS_LIST - 1 && left > 1)
			break;
		sentence_put(&words->said, i ? ", " : "");
		put_tasklet(words, id);
		sentence_put(&words->said, " waits for ");
		put_tasklet(words, next);
		sentence_put(&words->said, " (");
		put_channel(words, wait_graph_tasklet(words->graph, id)->channel);
		sentence_put(&words->said, ")");
		id = next;
	}
	if (left > 0)
		sentence_put(&words->said, ", and so on, around a circle of %" PRIu32,
			     group->circle);
}

/* Nobody else is known to use the channel, or is there any more. */
static void put_lonely(struct wait_words *words, const struct wait_group *group)
{
	bool sends = wait_graph_tasklet(words->graph, group->head)->kind == WAIT_TO_SEND;
	uint32_t one, gone = wait_graph_gone(words->graph, group->head, &one);

	put_tasklet(words, group->head);
	if (group->same > 1)
		sentence_put(&words->said, " and %" PRIu32 " %s wait", group->same - 1,
			     group->same == 2 ? "other" : "others");
	else
		sentence_put(&words->said, " waits");
	sentence_put(&words->said, sends ? " to send on " : " to receive on ");
	put_channel(words, group->channel);
	if (gone == 0) {
		sentence_put(&words->said, ", which nobody else is known to use");
	} else if (gone == 1) {
		sentence_put(&words->said, "; ");
		put_tasklet(words, one);
		sentence_put(&words->said, ", the only other one known to use it, is gone");
	} else {
		sentence_put(&words->said,
			     "; all %" PRIu32 " others that are known to use it are gone", gone);
	}
}

const char *wait_verdict_word(enum wait_verdict verdict)
{
	switch (verdict) {
	case WAIT_DEADLOCK:
		return "deadlock";
	case WAIT_PARTIAL_DEADLOCK:
		return "partial deadlock";
	case WAIT_ORPHAN:
		return "orphan";
	case WAIT_GOES_ON:
		break;
	}
	return "goes on";
}

size_t wait_graph_brief(char *out, size_t size, const struct wait_graph *graph, uint32_t number)
{
	struct wait_words words = {.said = {out, size, 0}, .graph = graph};
	struct wait_group group = wait_graph_group(graph, number);

	if (size)
		*out = '\0';
	if (group.verdict == WAIT_DEADLOCK)
		sentence_put(&words.said, "nobody can run");
	else if (group.circle)
		sentence_put(&words.said, "%" PRIu32 " wait for each other", group.circle);
	else
		sentence_put(&words.said, "nobody else uses C%" PRIu32, group.channel);
	if (group.circle && group.members > group.circle)
		sentence_put(&words.said, ", %" PRIu32 " for them", group.members - group.circle);
	return words.said.length;
}

size_t wait_graph_sentence(char *out, size_t size, const struct wait_graph *graph, uint32_t number,
			   const struct wait_names *names)
{
	struct wait_words words = {.said = {out, size, 0}, .graph = graph, .names = names};
	struct wait_group group = wait_graph_group(graph, number);
	uint32_t others = group.members - (group.circle ? group.circle : group.same);

	if (size)
		*out = '\0';
	if (group.members == 0)
		return 0;
	if (group.verdict == WAIT_DEADLOCK)
		sentence_put(&words.said, "Nobody can run any more, so nobody can wake anybody: ");
	if (group.circle) {
		put_circle(&words, &group);
		if (group.verdict != WAIT_DEADLOCK)
			sentence_put(&words.said, "; nobody else could wake them");
	} else if (group.head && group.verdict != WAIT_DEADLOCK) {
		put_lonely(&words, &group);
	} else {
		sentence_put(&words.said, "%" PRIu32 " %s in channels", group.members,
			     group.members == 1 ? "tasklet waits" : "tasklets wait");
		others = 0;
	}
	sentence_put(&words.said, ".");
	if (others)
		sentence_put(&words.said, " %" PRIu32 " more %s for them.", others,
			     others == 1 ? "waits" : "wait");
	return words.said.length;
}
