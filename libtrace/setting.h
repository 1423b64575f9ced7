/* SPDX-License-Identifier: MIT */
/* setting.h - what the environment chooses: how tasklets are switched, what is copied. */
#ifndef GREENROOM_SETTING_H
#define GREENROOM_SETTING_H

struct thread;

/* Sets up a new thread as the environment says. */
void setting_apply(struct thread *thread);

#endif
