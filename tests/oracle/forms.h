/* SPDX-License-Identifier: MIT */
/*
 * forms.h - scenarios whose tasklets are written in both forms.
 *
 * After each function that a tasklet runs stands its form as a frame, line by line the same. Main
 * is a function always. Which form a run of the scenarios uses is chosen when it starts; the lines
 * that it prints must not depend on it.
 */
#ifndef FORMS_H
#define FORMS_H

#include "oracle.h"

/* Whether tasklets are to run frames. */
extern bool frames_are_wanted;

/* Begins the frame of the function `run`, with its locals: FRAME_FORM(run, int i;) { ... } */
#define FRAME_FORM(run, ...) FRAME(run##_frame, void *argument; __VA_ARGS__)

/* The frame of a function that never stops: it calls the function. */
#define PLAIN_FORM(run)                                                                            \
	FRAME_FORM(run, )                                                                          \
	{                                                                                          \
		FRAME_BEGIN();                                                                     \
		FRAME_END(run(self->argument));                                                    \
	}

/* A frame for the function, if frames are wanted: else NULL. */
#define FORM_OF(run, value) (frames_are_wanted ? frame_new(run##_frame, .argument = value) : NULL)

/* A tasklet at the end of the chain, and one that is alive but not in the chain. Its handle outlives
 * it. */
#define spawn(name, run, argument)  spawn_form(name, run, argument, FORM_OF(run, argument))
#define paused(name, run, argument) paused_form(name, run, argument, FORM_OF(run, argument))
/* tasklet_bind; and with tasklet_insert, to put one that is not alive to work again. */
#define bind(tasklet, run, argument) bind_form(tasklet, run, argument, FORM_OF(run, argument))
#define setup(tasklet, run)          setup_form(tasklet, run, FORM_OF(run, NULL))

/* The same for a function or, if it is not NULL, a frame. */
struct tasklet *spawn_form(const char *name, tasklet_fn *run, void *argument, struct frame *frame);
struct tasklet *paused_form(const char *name, tasklet_fn *run, void *argument, struct frame *frame);
int setup_form(struct tasklet *tasklet, tasklet_fn *run, struct frame *frame);
int bind_form(struct tasklet *tasklet, tasklet_fn *run, void *argument, struct frame *frame);

#endif
