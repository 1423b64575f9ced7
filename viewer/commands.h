/* SPDX-License-Identifier: MIT */
/*
 * commands.h - the functions behind the commands, one each, as commands.def lists them.
 *
 * argv[0] is "greenroom NAME", so that argp's messages read well. The result is the exit code of
 * the program (enum exit_code in error.h; record's is that of the recorded program).
 */
#ifndef GREENROOM_COMMANDS_H
#define GREENROOM_COMMANDS_H

#define COMMAND(name, function, arguments, summary) int function(int argc, char **argv);
#include "commands.def"

#endif
