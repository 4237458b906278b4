/*
 * command -- how a value of a configuration becomes a request at a device: the
 * table templates/innovaphone/commands.json, which an administrator replaces by
 * what his devices understand (their real names are not public:
 * innovaphone-additions A2, B5).
 *
 * The file is a JSON array with one row on each line, so that an error can name
 * its line; "[" and "]" stand alone on theirs.  A row is one of
 *
 *	{"type": "NTP", "field": "ntp1", "module": "CMD0", "cmd": "ntp",
 *	 "name": "addr"}	the field goes as GET
 *				/CMD0/mod_cmd.xml?cmd=ntp&addr=<value>
 *	{"do": "write", "get": "/!config%20write"}
 *				what a program does besides
 *	{"about": "...", "verified": false}
 *				whose names these are, and whether somebody has
 *				tried them on such a device
 *
 * Fields of one configuration with the same module and cmd travel in one
 * request, in the order of the rows; values are percent-encoded UTF-8.  What is
 * in no row cannot be sent, and is an error for its configuration only.
 *
 *	do		done
 *	write		after the last value: keep them
 *	activate	then: use them
 *	uptime		seconds since the device's start, in the member
 *			"attribute" of the row, which names an attribute of the
 *			answer's XML (may be left out)
 *
 * A struct commands is read once and never changed.
 */
#ifndef FL_COMMAND_H
#define FL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "config_value.h"
#include "err.h"
#include "str.h"

#define COMMANDS_BYTES    ((size_t)256 << 10) /* of the file */
#define COMMANDS_ROWS     2000
#define COMMANDS_TEXT_MAX 256 /* bytes of a text in a row */

struct commands;

/* The table in text; NULL with ERR_INPUT, and the line in e->text; for tests. */
struct commands *commands_read(struct str text, struct err *e);
/* The one in a file; ERR_IO, too. */
struct commands *commands_load(const char *path, struct err *e);

/* It lives until each who holds it has dropped it; who made it holds it. */
struct commands *commands_hold(struct commands *c);
void commands_drop(struct commands **c); /* NULL is fine; leaves NULL */

/*
 * The table of a file that is replaced while a program runs.  A file that is
 * broken leaves the last good one in use; why says what is wrong then, else it
 * is empty.
 */
struct command_file {
	const char *path;     /* borrowed */
	struct commands *now; /* NULL: there has never been a good one */
	bool known;           /* it was looked at before; that file's */
	int64_t stamp[3];     /* inode and time of its last change */
	char why[160];
};
/* Zero it and set path before.  True: the file is another one than the last
 * time. */
bool command_file_look(struct command_file *f);
void command_file_end(struct command_file *f);

/* Path of a request that is done besides; empty: there is no row. */
struct str commands_path(const struct commands *c, const char *what);
/* "attribute" of that row; may be empty. */
struct str commands_attribute(const struct commands *c, const char *what);

/* Has somebody tried them on a device? */
bool commands_verified(const struct commands *c);

/* ---- requests: paths with "/" in front, in the arena ---- */

/*
 * The requests that hand these values of a configuration to a device; of several
 * certificates each is one request.  -1: ERR_GONE, e->text names the field that
 * has no row; ERR_LIMIT, too long, or the arena is full.
 */
struct command_wish {
	enum config_type type;
	const struct config_item *items;
	size_t n;
};
int commands_requests(const struct commands *c, const struct command_wish *w,
    struct arena *a, const char ***paths, size_t *n, struct err *e) FL_CHECK;

/*
 * The path that carries a line of a command line, "/!config%20write" (A1: what
 * the line has encoded is encoded once more); NULL: the arena is full.
 */
const char *command_line_path(struct arena *a, struct str line);

#endif
