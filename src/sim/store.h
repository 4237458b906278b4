/*
 * store -- the passwords the simulated devices were given, kept in a file as a
 * device keeps its own.
 *
 * One line "hwId;password" for each device; lines of devices that do not take
 * part in this run are kept.  The file has mode 0600 and is written aside and
 * renamed, so that a kill leaves the old one or the new one.
 */
#ifndef FL_STORE_H
#define FL_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"
#include "sysclient.h"

struct store {
	const char *path; /* NULL: nothing is kept */
	char (*rows)[SC_PASSWORD_LEN + 1];
	size_t n;
	bool dirty; /* differs from the file */
};

/* Room for at least n devices and what the file has; a missing file is an
 * empty one. */
int store_open(
    struct store *st, const char *path, size_t n, struct err *e) FL_CHECK;
void store_close(struct store *st); /* does not save */

/* The password of device i; empty if it has none. */
struct str store_get(const struct store *st, size_t i);
/* False: it has not SC_PASSWORD_LEN characters. */
bool store_put(struct store *st, size_t i, struct str password);

/* It has none any more. */
void store_forget(struct store *st, size_t i);

/* Write the file if something has changed. */
int store_save(struct store *st, struct err *e) FL_CHECK;

#endif
