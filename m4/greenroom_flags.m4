# SPDX-License-Identifier: MIT
#
# greenroom_flags.m4 - ask the compiler which flags it knows.

# GREENROOM_APPEND_CC_FLAGS(VARIABLE, FLAGS)
# Appends to VARIABLE each of FLAGS that the C compiler accepts. -Werror makes clang refuse flags
# that it would otherwise only warn about.
AC_DEFUN([GREENROOM_APPEND_CC_FLAGS], [
  m4_foreach_w([greenroom_flag], [$2], [
    AS_VAR_PUSHDEF([greenroom_cache], [greenroom_cv_cc_flag_]greenroom_flag)
    AC_CACHE_CHECK([whether $CC accepts ]greenroom_flag, [greenroom_cache],
      [greenroom_saved_CFLAGS=$CFLAGS
       CFLAGS="$CFLAGS -Werror greenroom_flag"
       AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
         [AS_VAR_SET([greenroom_cache], [yes])],
         [AS_VAR_SET([greenroom_cache], [no])])
       CFLAGS=$greenroom_saved_CFLAGS])
    AS_VAR_IF([greenroom_cache], [yes], [AS_VAR_APPEND([$1], [" greenroom_flag"])])
    AS_VAR_POPDEF([greenroom_cache])
  ])
])

# GREENROOM_CHECK_LINK_FLAGS(FLAGS, IF-GOOD, IF-BAD)
# Whether a program compiles and links with FLAGS: a sanitizer needs its run-time library too.
AC_DEFUN([GREENROOM_CHECK_LINK_FLAGS], [
  AC_MSG_CHECKING([whether $CC builds programs with $1])
  greenroom_saved_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS $1"
  AC_LINK_IFELSE([AC_LANG_PROGRAM()], [greenroom_link=yes], [greenroom_link=no])
  CFLAGS=$greenroom_saved_CFLAGS
  AC_MSG_RESULT([$greenroom_link])
  AS_IF([test "$greenroom_link" = yes], [m4_default([$2], [:])], [m4_default([$3], [:])])
])
