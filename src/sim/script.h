/*
 * script -- the commands that a simulated device understands: an update file,
 * a line of one that comes as a path ("/!config%20write"), and a form
 * ("/CMD0/mod_cmd.xml?cmd=form&addr=ntp.example").
 *
 * One command a line, LF or CR LF; "#" begins a comment.  Values are encoded as
 * in a URL, so that they have no blanks (chapters 6.5 and 6.6 of the protocol).
 *
 *	config change MODULE /name value ...	also "config add"
 *	config write, config activate		see settings.h
 *	mod cmd UP1 check FINAL SERIAL		CHECK is SERIAL: the rest does not
 *						run; else it does, then FINAL,
 *						and CHECK becomes SERIAL
 *	mod cmd UP0 /sync prot URL ireset BUILD	load firmware, and restart
 *	mod cmd UP0 /sync boot URL ireset BUILD	boot code
 *	mod cmd UP0 /sync scfg URL		put the configuration there
 *	mod cmd UP0 /sync cfg URL iresetn	load one, and restart if need be
 *	mod cmd ...				any other one does nothing
 *	vars create ...				a reset is needed
 *	vars del ..., vars read ...		nothing
 *	reset, ireset				restart
 *	resetn, iresetn				restart if a reset is needed
 *	ser					nothing
 */
#ifndef FL_SCRIPT_H
#define FL_SCRIPT_H

#include "box.h"

#define SCRIPT_MAX ((size_t)256 << 10) /* bytes of an update file */

/* False if a line was no command, or set a value beyond a limit; the others ran.
 * What the device does next is in b->next. */
bool script_run(struct box *b, struct str text);

/* The line of a target that begins with "/!". */
bool script_path(struct box *b, struct str target);

/* Is target the form of a module?  A query sets its values, "cmd" apart. */
bool script_is_form(struct str target);
bool script_form(struct box *b, struct str target);

#endif
