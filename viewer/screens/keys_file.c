/* SPDX-License-Identifier: MIT */
/*
 * keys_file.c - keys as somebody likes them: a file of lines "switch-next n F5".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"

void keys_init(struct keys *keys)
{
	for (int request = REQUEST_NONE; request < REQUESTS; request++)
		snprintf(keys->bound[request], KEYS_BOUND_MAX, "%s",
			 keys_binding((enum request)request)->keys);
}

/* Takes a key away from whoever has it. */
static void keys_unbind(struct keys *keys, uint32_t key)
{
	for (int request = REQUEST_NONE + 1; request < REQUESTS; request++) {
		char *list = keys->bound[request], kept[KEYS_BOUND_MAX] = "";

		for (char *at = list + strspn(list, " "); *at; at += strspn(at, " ")) {
			size_t length = strcspn(at, " "), end = strlen(kept);

			if (keys_by_name(at, length) != key)
				snprintf(kept + end, sizeof(kept) - end, "%s%.*s", end ? " " : "",
					 (int)length, at);
			at += length;
		}
		strcpy(list, kept);
	}
}

static int keys_bind(struct keys *keys, enum request request, const char *list, struct error *error)
{
	if (strlen(list) >= KEYS_BOUND_MAX)
		return error_set(error, -EINVAL, EXIT_USAGE, "too many keys");
	for (const char *at = list + strspn(list, " "); *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		uint32_t key = keys_by_name(at, length);

		if (key == KEYS_NONE)
			return error_set(error, -EINVAL, EXIT_USAGE, "'%.*s' is no key",
					 (int)length, at);
		keys_unbind(keys, key);
		at += length;
	}
	snprintf(keys->bound[request], KEYS_BOUND_MAX, "%s", list);
	return 0;
}

static int keys_line(struct keys *keys, char *line, struct error *error)
{
	size_t length;
	enum request request;

	line[strcspn(line, "\r\n")] = '\0';
	for (char *tab = line; (tab = strchr(tab, '\t')) != NULL;)
		*tab = ' ';
	line += strspn(line, " ");
	if (*line == '\0' || strncmp(line, "# ", 2) == 0 || strcmp(line, "#") == 0)
		return 0;
	length = strcspn(line, " ");
	request = keys_request_by_name(line, length);
	if (request == REQUEST_NONE)
		return error_set(error, -EINVAL, EXIT_USAGE,
				 "'%.*s' cannot be asked for; 'greenroom view --keys=file' lists "
				 "what can",
				 (int)length, line);
	return keys_bind(keys, request, line + length + strspn(line + length, " "), error);
}

int keys_load(struct keys *keys, const char *path, struct error *error)
{
	FILE *file = fopen(path, "re");
	struct error reason;
	char *line = NULL;
	size_t size = 0;
	int result = 0;

	if (!file)
		return error_set_file(error, -errno, path);
	for (int number = 1; result == 0 && getline(&line, &size, file) >= 0; number++) {
		result = keys_line(keys, line, &reason);
		if (result < 0)
			error_set(error, result, reason.code, "%s:%d: %s", path, number,
				  reason.text);
	}
	if (result == 0 && ferror(file))
		result = error_set_file(error, -EIO, path);
	free(line);
	fclose(file);
	return result;
}

bool keys_path(char *out, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int length = -1;

	if (config && *config == '/')
		length = snprintf(out, size, "%s/greenroom/keys", config);
	else if (home && *home == '/')
		length = snprintf(out, size, "%s/.config/greenroom/keys", home);
	return length > 0 && (size_t)length < size;
}
