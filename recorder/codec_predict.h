/* SPDX-License-Identifier: MIT */
/*
 * codec_predict.h - what the values of the next event will probably be.
 *
 * Tracing is repetition: a tasklet does again what it did before. Writer and reader of a chunk make
 * the same predictions from the events before, so that only wrong ones have to be stored. In the
 * order in which the values of an event become known:
 *
 *     thread   the same as before
 *     small    the same as in the last event of this kind in this thread
 *     A        one of three, whichever was right the last time: A of the last event alike, the
 *              tasklet that runs in the thread, or the one that ran before it
 *     B to E   the same as in the model: the last event of this kind about the same A, or else
 *              the last alike in the thread
 *     B        is chosen like A: the model's, or the tasklet that runs or ran before
 *     D        of a slice: the top of the stack (D + B + C) is where it was in the model
 *
 * "Alike" means: the same kind, and the low bits of small equal, since those are causes and
 * directions. slice_save and slice_restore share their models: what is restored was saved.
 *
 * Everything is forgotten at the end of a chunk, so that each can be read alone. Thread numbers
 * share 32 places and kinds 64: a collision makes a prediction worse, never wrong.
 */
#ifndef GREENROOM_CODEC_PREDICT_H
#define GREENROOM_CODEC_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event.h"

enum {
	PREDICT_THREADS = 32,
	PREDICT_KINDS = 64,
	PREDICT_SMALL_BITS = 3,
	PREDICT_CONTEXTS = PREDICT_KINDS << PREDICT_SMALL_BITS,
	PREDICT_MODEL_BITS = 12
};

/* Where the prediction of A or B is taken from. */
enum predict_choice { PREDICT_AS_BEFORE, PREDICT_RUNNING, PREDICT_PREVIOUS };

struct predict_thread {
	uint32_t running, previous;      /* the tasklet that runs, and the one that ran before */
	uint16_t small[PREDICT_KINDS];   /* of the last event of the kind */
	uint16_t last[PREDICT_CONTEXTS]; /* index + 1 of the last event, 0: none */
	uint8_t choice_a[PREDICT_CONTEXTS], choice_b[PREDICT_CONTEXTS];
};

/* An event that others may be like. Copied: a chunk's events would not stay in the cache. */
struct predict_model {
	uint32_t word[EVENT_WORDS];
	uint32_t context; /* of its family */
};

struct predictor {
	struct predict_thread thread[PREDICT_THREADS];
	struct predict_model model[1 << PREDICT_MODEL_BITS]; /* by context and A */
};

/* What is known about the event whose turn it is. */
struct prediction {
	struct predict_thread *thread;
	unsigned int context;
	const struct event *last; /* the last alike in the thread */
	const uint32_t *model;    /* words A to E; from predict_model on */
	struct predict_model *model_place;
	unsigned int model_context;
};

static inline struct predict_thread *predict_thread(struct predictor *predictor, uint32_t thread)
{
	return &predictor->thread[thread % PREDICT_THREADS];
}

static inline unsigned int predict_context(unsigned int kind, unsigned int small)
{
	return (kind % PREDICT_KINDS) << PREDICT_SMALL_BITS |
	       (small & ((1u << PREDICT_SMALL_BITS) - 1));
}

static inline unsigned int predict_family(unsigned int kind)
{
	return kind == EVENT_slice_restore ? EVENT_slice_save : kind;
}

static inline const struct event *predict_event(const struct event *events, unsigned int index)
{
	static const struct event none;

	return index ? &events[index - 1] : &none;
}

/* Thread, kind and small of `event` are known; `events` are those before it in the chunk. */
static inline struct prediction predict_begin(struct predictor *predictor,
					      const struct event *events, const struct event *event)
{
	struct prediction prediction;

	prediction.thread = predict_thread(predictor, event->thread);
	prediction.context = predict_context(event->kind, event->small);
	prediction.last = predict_event(events, prediction.thread->last[prediction.context]);
	return prediction;
}

/* A is known too. */
static inline void predict_model(struct prediction *prediction, struct predictor *predictor,
				 const struct event *event)
{
	unsigned int context = predict_context(predict_family(event->kind), event->small);
	uint32_t hash = (event->word[0] + context * 0x9e3779b1u) * 0x85ebca6bu;
	struct predict_model *model = &predictor->model[hash >> (32 - PREDICT_MODEL_BITS)];

	prediction->model_place = model;
	prediction->model_context = context;
	prediction->model = model->word[0] == event->word[0] && model->context == context
				    ? model->word
				    : prediction->last->word;
}

static inline uint32_t predict_chosen(const struct prediction *prediction, uint8_t choice,
				      uint32_t as_before)
{
	if (choice == PREDICT_RUNNING)
		return prediction->thread->running;
	if (choice == PREDICT_PREVIOUS)
		return prediction->thread->previous;
	return as_before;
}

static inline uint8_t predict_choose(const struct prediction *prediction, uint32_t value)
{
	if (value == prediction->thread->running)
		return PREDICT_RUNNING;
	if (value == prediction->thread->previous)
		return PREDICT_PREVIOUS;
	return PREDICT_AS_BEFORE;
}

static inline uint32_t predict_a(const struct prediction *prediction)
{
	return predict_chosen(prediction, prediction->thread->choice_a[prediction->context],
			      prediction->last->word[0]);
}

static inline void predict_a_was_wrong(const struct prediction *prediction, uint32_t value)
{
	prediction->thread->choice_a[prediction->context] = predict_choose(prediction, value);
}

static inline uint32_t predict_b(const struct prediction *prediction)
{
	return predict_chosen(prediction, prediction->thread->choice_b[prediction->context],
			      prediction->model[1]);
}

static inline void predict_b_was_wrong(const struct prediction *prediction, uint32_t value)
{
	prediction->thread->choice_b[prediction->context] = predict_choose(prediction, value);
}

/* B and C are known too. */
static inline uint32_t predict_d(const struct prediction *prediction, const struct event *event)
{
	const uint32_t *model = prediction->model;

	if (predict_family(event->kind) != EVENT_slice_save)
		return model[3];
	return model[3] + model[1] + model[2] - event->word[1] - event->word[2];
}

/* The whole event is known: event number `index` of the chunk. */
static inline void predict_learn(const struct prediction *prediction, const struct event *event,
				 size_t index)
{
	struct predict_thread *thread = prediction->thread;

	memcpy(prediction->model_place->word, event->word, sizeof(event->word));
	prediction->model_place->context = prediction->model_context;
	thread->last[prediction->context] = (uint16_t)(index + 1);
	if (event->kind == EVENT_tasklet_switch) {
		thread->previous = event->word[0];
		thread->running = event->word[1];
	} else if (event->kind == EVENT_thread_start) {
		thread->running = event->word[0];
	}
}

#endif
