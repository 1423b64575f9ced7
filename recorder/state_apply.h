/* SPDX-License-Identifier: MIT */
/*
 * state_apply.h - the transitions, an event a function; only for the state_*.c files.
 */
#ifndef GREENROOM_STATE_APPLY_H
#define GREENROOM_STATE_APPLY_H

#include "state_core.h"

void state_apply_channel_create(struct state *state, const struct event *event);
void state_apply_channel_destroy(struct state *state, const struct event *event);
void state_apply_channel_prefer(struct state *state, const struct event *event);
void state_apply_channel_close(struct state *state, const struct event *event);
void state_apply_channel_open(struct state *state, const struct event *event);
void state_apply_channel_block(struct state *state, const struct event *event);
void state_apply_channel_leave(struct state *state, const struct event *event);
void state_apply_channel_transfer(struct state *state, const struct event *event);
void state_apply_channel_error(struct state *state, const struct event *event);

void state_apply_snapshot_thread(struct state *state, const struct event *event);
void state_apply_snapshot_tasklet(struct state *state, const struct event *event);
void state_apply_snapshot_slice(struct state *state, const struct event *event);
void state_apply_snapshot_caller(struct state *state, const struct event *event);
void state_apply_snapshot_channel(struct state *state, const struct event *event);
void state_apply_snapshot_queue(struct state *state, const struct event *event);
void state_apply_snapshot_end(struct state *state, const struct event *event);

#endif
