/* SPDX-License-Identifier: MIT */
/* attach_wire.c - how a recorder finds a running program. */
#include "attach_wire.h"

#include <stdio.h>

bool attach_name(char out[ATTACH_NAME_MAX], const char *folder, pid_t process)
{
	int bytes = snprintf(out, ATTACH_NAME_MAX, "%s/greenroom-%d.sock", folder, (int)process);

	return bytes > 0 && bytes < ATTACH_NAME_MAX;
}

void attach_folder(char out[ATTACH_NAME_MAX], uid_t user)
{
	snprintf(out, ATTACH_NAME_MAX, "/tmp/greenroom-%u", (unsigned int)user);
}
