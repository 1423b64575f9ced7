/* SPDX-License-Identifier: MIT */
/*
 * predict.h - who runs next? A question before a switch, and the score of the answers.
 */
#ifndef GREENROOM_PREDICT_H
#define GREENROOM_PREDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "state.h"

enum { PREDICT_CHOICES = 4 };

struct predict {
	bool on;
	bool asking;
	uint64_t seq; /* the switch that is asked about */
	uint32_t choice[PREDICT_CHOICES];
	int choices;
	uint32_t answer; /* who really runs next */
	unsigned int right, asked;
};

/* Makes a question about a switch that comes next in this state: whether there is anything to choose
 * from. Those who stand nearest in the chain are the wrong ones, then whoever waits for it to be
 * empty, then the one who stops. */
bool predict_ask(struct predict *predict, const struct state *state, const struct event *event);

/* The answer is that choice, from 1: whether it is right. The question is over. */
bool predict_answer(struct predict *predict, int choice);

#endif
