/* SPDX-License-Identifier: MIT */
/*
 * gnuplot.c - how to talk to gnuplot.
 */
#include "gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"

int plot_failed(int result, struct error *error)
{
	if (result == -ENOMEM)
		return error_set(error, result, EXIT_IO, "out of memory");
	return error_set(error, result, EXIT_BAD_TRACE, "the trace is damaged: %s",
			 strerror(-result));
}

struct gnuplot_unit gnuplot_time_unit(double range_ns)
{
	if (range_ns < 2e3)
		return (struct gnuplot_unit){"ns", 1};
	if (range_ns < 2e6)
		return (struct gnuplot_unit){"µs", 1e3};
	if (range_ns < 2e9)
		return (struct gnuplot_unit){"ms", 1e6};
	return (struct gnuplot_unit){"s", 1e9};
}

struct gnuplot_unit gnuplot_bytes_unit(double bytes)
{
	if (bytes < 4096)
		return (struct gnuplot_unit){"bytes", 1};
	if (bytes < 4 * 1048576.0)
		return (struct gnuplot_unit){"KiB", 1024};
	return (struct gnuplot_unit){"MiB", 1048576};
}

/* ---------------------------------------------------------------------------------------------
 * Strings
 */

/* In single quotes nothing is special to gnuplot but the quote itself, which is doubled. */
static void put_character(FILE *out, char character)
{
	if ((unsigned char)character < ' ' || character == 0x7f)
		character = ' ';
	if (character == '\'')
		fputc('\'', out);
	fputc(character, out);
}

void gnuplot_string(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++)
		put_character(out, *text);
	fputc('\'', out);
}

void gnuplot_tic(FILE *out, const char *text, int columns)
{
	int used = 0;

	fputc('\'', out);
	for (; *text; text++) {
		/* A character starts at each byte that does not go on with one. */
		if (((unsigned char)*text & 0xc0) != 0x80 && ++used >= columns && text[1]) {
			fputs("…", out);
			break;
		}
		if (*text == '%')
			fputc('%', out);
		put_character(out, *text);
	}
	fputc('\'', out);
}

/* ---------------------------------------------------------------------------------------------
 * The beginning of a script
 */

static void begin_terminal(const struct plot *plot, int width, int height)
{
	FILE *out = plot->script;
	static const char font[] = "font 'DejaVu Sans,11'";

	switch (plot->terminal) {
	case PLOT_SVG:
		fprintf(out, "set terminal svg noenhanced size %d,%d %s background '#FFFFFF'\n",
			width, height, font);
		break;
	case PLOT_PNG:
		fprintf(out, "set terminal pngcairo noenhanced size %d,%d %s\n", width, height,
			font);
		break;
	case PLOT_PDF:
		fprintf(out, "set terminal pdfcairo noenhanced size %.2fin,%.2fin %s\n",
			width / 96.0, height / 96.0, font);
		break;
	case PLOT_DUMB:
		fprintf(out, "set terminal dumb nofeed noenhanced mono size %d,%d\n", width,
			height);
		break;
	}
	if (plot->output) {
		fprintf(out, "if (!exists('piped')) set output ");
		gnuplot_string(out, plot->output);
		fputc('\n', out);
	}
	fprintf(out, "set encoding utf8\n");
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void gnuplot_begin(const struct plot *plot, const char *what, const char *note, int width,
		   int height)
{
	struct event_source_info info;
	struct event_source *source = replay_source(plot->replay);
	char first[OUTPUT_NUMBER_MAX], last[OUTPUT_NUMBER_MAX], lost[OUTPUT_NUMBER_MAX];
	char title[1024];
	FILE *out = plot->script;

	source->ops->info(source, &info);
	begin_terminal(plot, plot->width ? plot->width : width,
		       plot->height ? plot->height : height);
	snprintf(title, sizeof(title), "%s: %.200s, events %s to %s", what, base_name(info.title),
		 output_number(first, plot->first + (plot->last > 0)),
		 output_number(last, plot->last));
	/* Two strings and a double-quoted line break between them: no name in double quotes. */
	fprintf(out, "set title ");
	gnuplot_string(out, title);
	if (*note) {
		fprintf(out, ".\"\\n\".");
		gnuplot_string(out, note);
	}
	if (info.lost) {
		snprintf(title, sizeof(title),
			 "%s events were lost while recording: there was more than this",
			 output_number(lost, info.lost));
		fprintf(out, ".\"\\n\".");
		gnuplot_string(out, title);
	}
	fprintf(out, "\nset border 3 linecolor rgb '" GNUPLOT_INK "'\n");
	fprintf(out, "set tics nomirror out\n");
	fprintf(out, "data = ");
	gnuplot_string(out, plot->data_path);
	fprintf(out, "\nset datafile separator tab\n");
}

int gnuplot_first_time(const struct plot *plot, uint64_t *time_ns)
{
	struct event event;
	int result = replay_peek(plot->replay, plot->first + 1, &event);

	if (result > 0)
		*time_ns = event.time_ns;
	return result < 0 ? result : 0;
}

void gnuplot_time_axis(const struct plot *plot, uint64_t from_ns, uint64_t to_ns,
		       struct gnuplot_unit unit)
{
	struct gnuplot_unit begin = gnuplot_time_unit((double)from_ns);
	char first[OUTPUT_NUMBER_MAX];
	FILE *out = plot->script;

	fprintf(out, "set xlabel '%s since event %s (which was %.7g %s after the trace began)'\n",
		unit.name, output_number(first, plot->first + 1), (double)from_ns / begin.size,
		begin.name);
	fprintf(out, "set xrange [0:%.10g]\n",
		(double)(to_ns > from_ns ? to_ns - from_ns : 1) / unit.size);
	fprintf(out, "set format x '%%.6g'\n");
}

/* ---------------------------------------------------------------------------------------------
 * Running it
 */

/* What gnuplot said, in one line: its first complaint is `line N: what`. */
static void read_complaint(FILE *from, char *out, size_t size)
{
	char text[4096];
	size_t length;
	const char *found;

	rewind(from);
	length = fread(text, 1, sizeof(text) - 1, from);
	text[length] = '\0';
	found = strstr(text, "line ");
	snprintf(out, size, "%.200s", found ? found : text);
	out[strcspn(out, "\n")] = '\0';
}

static void become_gnuplot(const char *script, int picture, FILE *complaints)
{
	dup2(picture, STDOUT_FILENO);
	dup2(fileno(complaints), STDERR_FILENO);
	/* -d: the pictures do not depend on whose they are. */
	execlp("gnuplot", "gnuplot", "-d", "-e", "piped = 1", script, (char *)NULL);
	_exit(errno == ENOENT ? 127 : 126);
}

static pid_t start_gnuplot(const char *script, int *picture, FILE *complaints)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	fflush(stdout);
	child = fork();
	if (child == 0)
		become_gnuplot(script, ends[1], complaints);
	close(ends[1]);
	*picture = ends[0];
	if (child < 0)
		close(ends[0]);
	return child;
}

/* gnuplot does not notice that a disk is full: so it hands the picture over, and is not told where
 * it goes. The file is opened when there is something to be put into it. */
static int copy_picture(int from, const char *output, struct error *error)
{
	char bytes[65536];
	FILE *out = output ? NULL : stdout;
	int result = 0;
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0) {
		if (!out)
			out = fopen(output, "w");
		if (!out || fwrite(bytes, 1, (size_t)got, out) != (size_t)got) {
			result = -errno;
			break;
		}
	}
	if (output && out && fclose(out) != 0 && result == 0)
		result = -errno;
	/* stdout is looked after at exit. */
	return result < 0 && output ? error_set_file(error, result, output) : 0;
}

static int judge(int status, FILE *complaints, struct error *error)
{
	char complaint[256];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return error_set(error, -ENOENT, EXIT_NO_HELPER,
				 "gnuplot is not installed (Debian: apt install gnuplot-nox)");
	read_complaint(complaints, complaint, sizeof(complaint));
	return error_set(error, -EIO, EXIT_IO, "gnuplot failed: %s", complaint);
}

int gnuplot_run(const char *script, const char *output, struct error *error)
{
	FILE *complaints = tmpfile();
	int picture, result, status = 0;
	pid_t child = complaints ? start_gnuplot(script, &picture, complaints) : -1;

	if (child < 0) {
		result = error_set(error, -errno, EXIT_IO, "cannot run gnuplot: %s",
				   strerror(errno));
		if (complaints)
			fclose(complaints);
		return result;
	}
	result = copy_picture(picture, output, error);
	close(picture);
	waitpid(child, &status, 0);
	if (result == 0)
		result = judge(status, complaints, error);
	fclose(complaints);
	return result;
}
