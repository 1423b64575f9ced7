/* SPDX-License-Identifier: MIT */
/*
 * main.c - the program starts here.
 */
#include <locale.h>

#include "command.h"
#include "output.h"

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	output_begin();
	return command_main(argc, argv);
}
