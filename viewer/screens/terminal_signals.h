/* SPDX-License-Identifier: MIT */
/*
 * terminal_signals.h - what signals do while the terminal is not in its usual state.
 *
 * Signals that ask the program to end or to stop are noted and dealt with by the loop. Those that
 * tell of a crash give the terminal back first, by nothing but write and tcsetattr, and then
 * crash as they would have.
 */
#ifndef GREENROOM_TERMINAL_SIGNALS_H
#define GREENROOM_TERMINAL_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* `restore` is what has to be written to the terminal to leave the alternate screen, show the
 * cursor, and so on. */
void terminal_signals_begin(int fd, const struct termios *usual, const char *restore, size_t bytes);
void terminal_signals_end(void);

int terminal_signals_ending(void);    /* number of the signal that asks to end, or 0 */
bool terminal_signals_stopping(void); /* whether SIGTSTP came; forgets it */
bool terminal_signals_resized(void);  /* whether SIGWINCH or SIGCONT came; forgets it */

/* Waits until the descriptor can be read, a signal of the above comes, or time is over (-1: no
 * limit). Whether it can be read. */
bool terminal_signals_wait(int fd, int wait_ms);

/* Stops the program as the terminal's stop key would have; returns when it goes on. */
void terminal_signals_stop(void);

/* Runs a program of the shell's path in the foreground, with the signals as they were before. Its exit
 * status, 128 and the signal that ended it, or negative errno. */
int terminal_signals_run(char *const *arguments);

#endif
