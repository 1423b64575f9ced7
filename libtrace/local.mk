# SPDX-License-Identifier: MIT
#
# libtrace: the runtime and its trace hooks. To add a file: one line, sorted, in one of the lists.
#
#   libwire.la        what writer and reader of a trace share: plain integers, no runtime
#   libruntime.la     the runtime, all names visible: what unit tests of its insides link to
#   libgreenroom.la   the same, closed by greenroom.map: what users and samples link to

noinst_LTLIBRARIES += libwire.la libruntime.la
include_HEADERS += $(greenroom_public_headers)

greenroom_public_headers =

libwire_la_SOURCES =

libruntime_la_SOURCES =

libruntime_la_LIBADD = libwire.la
