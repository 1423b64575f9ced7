/* SPDX-License-Identifier: MIT */
/*
 * terminal.c - curses: the screen, and the keys.
 */
#include "terminal.h"

#include <curses.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "keys.h"
#include "model/glyph.h"
#include "terminal_signals.h"
#include "theme.h"

enum { TERMINAL_ESC_MS = 25 };

struct terminal {
	SCREEN *screen;
	bool ascii;
	struct keys_mouse mouse; /* what it did last */
	attr_t attribute[ROLE_COUNT];
	short pair[ROLE_COUNT];
};

/* A capability of the terminal, appended to what restores it. */
static size_t terminal_add_capability(char *out, size_t length, size_t size, const char *name)
{
	const char *text = tigetstr(name);
	size_t bytes;

	if (!text || text == (const char *)-1)
		return length;
	bytes = strlen(text);
	if (length + bytes > size)
		return length;
	memcpy(out + length, text, bytes);
	return length + bytes;
}

/* What curses writes to make the terminal report no mouse; terminfo does not tell. */
static const char terminal_mouse_off[] = "\033[?1006l\033[?1000l";

static void terminal_signals_start(const struct termios *usual, bool mouse)
{
	static const char *const names[] = {"sgr0", "cnorm", "rmkx", "op", "rmcup"};
	char restore[256];
	size_t length = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		length = terminal_add_capability(restore, length, sizeof(restore), names[i]);
	if (mouse && length + sizeof(terminal_mouse_off) <= sizeof(restore)) {
		memcpy(restore + length, terminal_mouse_off, sizeof(terminal_mouse_off) - 1);
		length += sizeof(terminal_mouse_off) - 1;
	}
	terminal_signals_begin(STDOUT_FILENO, usual, restore, length);
}

static void terminal_set_theme(struct terminal *terminal, const struct theme *theme)
{
	bool colours = theme->colours && has_colors();

	if (colours) {
		start_color();
		use_default_colors();
	}
	for (int role = 0; role < ROLE_COUNT; role++) {
		struct theme_look look = theme->look[role];
		int colour = COLORS >= 256 ? look.many : look.few;

		terminal->attribute[role] = (look.attributes & THEME_BOLD ? A_BOLD : 0) |
					    (look.attributes & THEME_REVERSE ? A_REVERSE : 0) |
					    (look.attributes & THEME_UNDERLINE ? A_UNDERLINE : 0) |
					    (look.attributes & THEME_DIM ? A_DIM : 0);
		terminal->pair[role] = 0;
		if (colours && colour >= 0) {
			terminal->pair[role] = (short)(role + 1);
			init_pair((short)(role + 1), (short)colour, -1);
		}
	}
}

int terminal_open(struct terminal **out, const struct terminal_options *options)
{
	struct termios usual;
	struct terminal *terminal;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDOUT_FILENO, &usual) < 0)
		return -ENOTTY;
	terminal = calloc(1, sizeof(*terminal));
	if (!terminal)
		return -ENOMEM;
	terminal->ascii = options->ascii;
	/* Before curses looks at the signals: it leaves alone those that have a handler. */
	terminal_signals_begin(STDOUT_FILENO, &usual, "", 0);
	terminal->screen = newterm(NULL, stdout, stdin);
	if (!terminal->screen || !tigetstr("cup") || tigetstr("cup") == (char *)-1) {
		terminal_signals_end();
		if (terminal->screen) {
			endwin();
			delscreen(terminal->screen);
		}
		free(terminal);
		return -ENODEV;
	}
	terminal_signals_end();
	terminal_signals_start(&usual, options->mouse);
	set_escdelay(TERMINAL_ESC_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	terminal_set_theme(terminal, options->theme);
	if (options->mouse) {
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
		mouseinterval(0);
	}
	*out = terminal;
	return 0;
}

void terminal_close(struct terminal *terminal)
{
	if (!terminal)
		return;
	curs_set(1);
	endwin();
	terminal_signals_end();
	delscreen(terminal->screen);
	free(terminal);
}

void terminal_size(const struct terminal *terminal, int *rows, int *columns)
{
	(void)terminal;
	getmaxyx(stdscr, *rows, *columns);
}

static void terminal_draw_cell(const struct terminal *terminal, int row, int column,
			       const struct cell *cell)
{
	wchar_t text[3] = {(wchar_t)cell->symbol, (wchar_t)cell->mark, L'\0'};
	cchar_t shown;

	if (terminal->ascii) {
		text[0] = (wchar_t)(cell->width == 0 ? '?' : glyph_twin(cell->symbol));
		text[1] = L'\0';
	} else if (cell->width == 0) {
		return;
	}
	if (setcchar(&shown, text, terminal->attribute[cell->role], terminal->pair[cell->role],
		     NULL) == OK)
		mvadd_wch(row, column, &shown);
}

void terminal_show(struct terminal *terminal, const struct canvas *canvas, int cursor)
{
	erase();
	for (int row = 0; row < canvas->rows; row++)
		for (int column = 0; column < canvas->columns; column++)
			terminal_draw_cell(terminal, row, column,
					   canvas->cells + (ptrdiff_t)row * canvas->stride +
						   column);
	curs_set(cursor >= 0 ? 1 : 0);
	move(canvas->rows - 1, cursor >= 0 ? cursor : 0);
	refresh();
}

void terminal_forget(struct terminal *terminal)
{
	(void)terminal;
	clearok(curscr, TRUE);
}

/* Asks the kernel, not curses, which may have missed a change while the program was stopped. */
static bool terminal_adopt_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
		return false;
	if (size.ws_row != LINES || size.ws_col != COLS)
		resizeterm(size.ws_row, size.ws_col);
	return true;
}

/* curses' numbers in ours; characters stay what they are. */
static uint32_t terminal_translate(wint_t code, bool is_key)
{
	static const struct {
		wint_t theirs;
		uint32_t ours;
	} keys[] = {
		{KEY_LEFT, KEYS_LEFT},     {KEY_RIGHT, KEYS_RIGHT}, {KEY_UP, KEYS_UP},
		{KEY_DOWN, KEYS_DOWN},     {KEY_HOME, KEYS_HOME},   {KEY_END, KEYS_END},
		{KEY_PPAGE, KEYS_PGUP},    {KEY_NPAGE, KEYS_PGDN},  {KEY_BTAB, KEYS_BACKTAB},
		{KEY_DC, KEYS_DELETE},     {KEY_ENTER, KEYS_ENTER}, {KEY_BACKSPACE, KEYS_BACKSPACE},
		{KEY_RESIZE, KEYS_RESIZE},
	};

	if (!is_key)
		return code == '\n' ? (uint32_t)KEYS_ENTER : (uint32_t)code;
	if (code > KEY_F(0) && code <= KEY_F(12))
		return KEYS_F0 + (uint32_t)(code - KEY_F(0));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].theirs == code)
			return keys[i].ours;
	return KEYS_NONE;
}

/* Whether it was anything that means something here. */
static bool terminal_read_mouse(struct terminal *terminal)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return false;
	terminal->mouse.row = event.y;
	terminal->mouse.column = event.x;
	if (event.bstate & BUTTON1_PRESSED)
		terminal->mouse.did = KEYS_CLICK;
	else if (event.bstate & BUTTON4_PRESSED)
		terminal->mouse.did = KEYS_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		terminal->mouse.did = KEYS_WHEEL_DOWN;
	else
		return false;
	return true;
}

struct keys_mouse terminal_mouse(const struct terminal *terminal)
{
	return terminal->mouse;
}

uint32_t terminal_key(struct terminal *terminal, int wait_ms)
{
	for (bool waited = false;; waited = true) {
		wint_t code;
		int kind = get_wch(&code);

		if (kind == KEY_CODE_YES && code == KEY_MOUSE)
			return terminal_read_mouse(terminal) ? KEYS_MOUSE : KEYS_NONE;
		if (kind != ERR)
			return terminal_translate(code, kind == KEY_CODE_YES);
		if (terminal_signals_ending())
			return KEYS_NONE;
		if (terminal_signals_stopping()) {
			terminal_suspend(terminal);
			return KEYS_RESIZE;
		}
		if (terminal_signals_resized() && terminal_adopt_size())
			return KEYS_RESIZE;
		if (waited)
			return KEYS_NONE;
		terminal_signals_wait(STDIN_FILENO, wait_ms);
	}
}

int terminal_ending(const struct terminal *terminal)
{
	(void)terminal;
	return terminal_signals_ending();
}

static void terminal_leave(void)
{
	def_prog_mode();
	curs_set(1);
	endwin();
}

static void terminal_return(struct terminal *terminal)
{
	reset_prog_mode();
	terminal_adopt_size();
	terminal_forget(terminal);
	refresh();
}

void terminal_suspend(struct terminal *terminal)
{
	terminal_leave();
	terminal_signals_stop();
	terminal_return(terminal);
}

int terminal_edit(struct terminal *terminal, const char *path, uint32_t line)
{
	/* The shell takes the editor's own words apart; the name of the file it never sees as text. */
	static const char script[] = "exec ${VISUAL:-${EDITOR:-vi}} \"$@\"";
	char at[32], name[PATH_MAX];
	int status;

	snprintf(at, sizeof(at), "+%" PRIu32, line);
	snprintf(name, sizeof(name), "%s%s", *path == '/' ? "" : "./", path);
	terminal_leave();
	status = terminal_signals_run(
		(char *const[]){"sh", "-c", (char *)script, "greenroom", at, name, NULL});
	terminal_return(terminal);
	return status;
}
