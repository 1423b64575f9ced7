/* SPDX-License-Identifier: MIT */
/*
 * view_request.h - doing what was asked for: by a key, or by a command typed after ':'.
 */
#ifndef GREENROOM_VIEW_REQUEST_H
#define GREENROOM_VIEW_REQUEST_H

#include "view.h"

/* `key` is the one that asked. */
enum view_result view_request(struct view *view, enum request request, uint32_t key);

/* A line from the : prompt: a position, "help" or "quit". */
enum view_result view_command(struct view *view, const char *line);

#endif
