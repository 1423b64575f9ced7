# SPDX-License-Identifier: MIT
#
# docs: man pages and the pages in Markdown. To add one: one line, sorted, in its list.

dist_man_MANS = \
	%D%/man/greenroom-attach.1 \
	%D%/man/greenroom-dump.1 \
	%D%/man/greenroom-events.7 \
	%D%/man/greenroom-explain.1 \
	%D%/man/greenroom-help.1 \
	%D%/man/greenroom-live.1 \
	%D%/man/greenroom-export.1 \
	%D%/man/greenroom-plot.1 \
	%D%/man/greenroom-record.1 \
	%D%/man/greenroom-sql.1 \
	%D%/man/greenroom-verify.1 \
	%D%/man/greenroom-view.1 \
	%D%/man/greenroom.1 \
	%D%/man/greenroom.3

dist_doc_DATA = \
	%D%/architecture.md \
	%D%/attach.md \
	%D%/checkers.md \
	%D%/figures.md \
	%D%/frames.md \
	%D%/glossary.md \
	%D%/hacking.md \
	%D%/porting.md \
	%D%/slices.md \
	%D%/stacks.md \
	%D%/threads.md \
	%D%/trace-format.md \
	%D%/watchdog.md

# bash looks for a file named like the command.
if RECORDER
if BASH_COMPLETION
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) $(top_srcdir)/viewer/completion.bash '$(DESTDIR)$(bashcompletiondir)/greenroom'

uninstall-local:
	rm -f '$(DESTDIR)$(bashcompletiondir)/greenroom'
endif
endif

# Pages made from tables of the program, and kept: a release is built without running anything.
.PHONY: events-page glossary-page
events-page: tests/cli/events_page
	$(AM_V_GEN)./tests/cli/events_page >$(srcdir)/%D%/man/greenroom-events.7

glossary-page: tests/cli/glossary_page
	$(AM_V_GEN)./tests/cli/glossary_page >$(srcdir)/%D%/glossary.md
