# SPDX-License-Identifier: MIT
#
# samples: small programs to read and to record. To add one: its name in sample_programs (built
# from samples/NAME.c and linked to the library), its source in sample_sources. Sorted.

sample_programs = \
	%D%/deadlock \
	%D%/deep \
	%D%/echo \
	%D%/hackysack \
	%D%/hardsoft \
	%D%/philosophers \
	%D%/pingpong \
	%D%/producer_consumer \
	%D%/watchdog

sample_sources = \
	%D%/README.md \
	%D%/deadlock.c \
	%D%/deep.c \
	%D%/echo.c \
	%D%/hackysack.c \
	%D%/hardsoft.c \
	%D%/philosophers.c \
	%D%/pingpong.c \
	%D%/producer_consumer.c \
	%D%/watchdog.c

noinst_PROGRAMS += $(sample_programs)

# The sources are installed too: they are documentation.
samplesdir = $(docdir)/samples
dist_samples_DATA = $(sample_sources)
