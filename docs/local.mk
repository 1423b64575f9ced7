# SPDX-License-Identifier: MIT
#
# docs: man pages and the pages in Markdown. To add one: one line, sorted, in its list.

dist_man_MANS =

dist_doc_DATA =
