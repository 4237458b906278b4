dnl FL_NEED_LIB(NAME, header, library, function): NAME_LIBS, or stop.
AC_DEFUN([FL_NEED_LIB], [
	AC_CHECK_HEADER([$2], [], [AC_MSG_ERROR([header $2 not found])])
	fl_save_LIBS=$LIBS
	AC_CHECK_LIB([$3], [$4], [$1_LIBS=-l$3],
	    [AC_MSG_ERROR([library $3 not found])])
	LIBS=$fl_save_LIBS
	AC_SUBST([$1_LIBS])
])

dnl FL_TRY_FLAG(VARIABLE, flag): append the flag if the compiler takes it.
AC_DEFUN([FL_TRY_FLAG], [
	fl_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_MSG_CHECKING([whether $CC accepts $2])
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
	    [AC_MSG_RESULT([yes]); $1="$$1 $2"], [AC_MSG_RESULT([no])])
	CFLAGS=$fl_save_CFLAGS
])

dnl FL_COMPILER_FLAGS: warnings, hardening or sanitizers, in FL_CFLAGS and
dnl FL_LDFLAGS.  A sanitizer build leaves out what would hide its findings, one
dnl that counts lines what would move them.
AC_DEFUN([FL_COMPILER_FLAGS], [
	FL_CFLAGS="-std=gnu11 -pthread"
	FL_LDFLAGS="-pthread"
	m4_foreach_w([fl_flag], [-Wall -Wextra -Wconversion -Wsign-conversion
	    -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	    -Wold-style-definition -Wformat=2 -Wcast-qual -Wwrite-strings
	    -Wundef -Wvla -Wnull-dereference -Wpointer-arith
	    -Wimplicit-fallthrough -Wduplicated-cond -Wlogical-op
	    -Warith-conversion], [FL_TRY_FLAG([FL_CFLAGS], fl_flag)])
	AS_IF([test "$enable_werror" = yes], [FL_CFLAGS="$FL_CFLAGS -Werror"])
	AS_IF([test "$enable_sanitizers" = yes], [
		AC_DEFINE([FL_SANITIZERS], [1],
		    [each arena piece is an allocation of its own])
		fl_san="-fsanitize=address,undefined -fno-sanitize-recover=all"
		FL_CFLAGS="$FL_CFLAGS $fl_san -fno-omit-frame-pointer"
		FL_LDFLAGS="$FL_LDFLAGS $fl_san"
	], [test "$enable_coverage" = yes], [
		FL_CFLAGS="$FL_CFLAGS --coverage -fprofile-update=atomic"
		FL_LDFLAGS="$FL_LDFLAGS --coverage -Wl,-u,counts_open"
	], [
		FL_CFLAGS="$FL_CFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
		m4_foreach_w([fl_flag], [-fstack-protector-strong
		    -fstack-clash-protection -fcf-protection
		    -ftrivial-auto-var-init=zero],
		    [FL_TRY_FLAG([FL_CFLAGS], fl_flag)])
		FL_LDFLAGS="$FL_LDFLAGS -Wl,-z,relro,-z,now,-z,noexecstack"
		FL_LDFLAGS="$FL_LDFLAGS -Wl,--as-needed"
	])
	AS_IF([test "$enable_fuzzers" = yes],
	    [FL_CFLAGS="$FL_CFLAGS -fsanitize=fuzzer-no-link"])
	AC_SUBST([FL_CFLAGS])
	AC_SUBST([FL_LDFLAGS])
])
