/*
 * appstore -- the store of firmware of this instance: the folder STATE/store,
 * which nginx serves.
 *
 *	firmware.json		what there is, as the vendor's (chapter 6.1)
 *	BUILD/ip222.bin		firmware and boot code of one build
 *
 * A file gets its name when all of it is on the disk, and firmware.json is
 * replaced as a whole after that; so whoever reads, and a kill, finds each as it
 * was or as it shall be.  One that is damaged
 * is not replaced.  One at a time changes it: a lock in the folder.  Only
 * the command line comes here, whose user may write there.
 */
#ifndef FL_APPSTORE_H
#define FL_APPSTORE_H

#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "str.h"

#define APPSTORE_SPARE_MB 64 /* that stay free on the disk */

struct appstore_file {
	struct str release, build; /* what it belongs to: "14r1", "140001" */
	struct str
	    product;      /* that it is for; empty: as its name says, ip222.bin
			     * is of IP222; boot code is of none */
	const char *path; /* that is copied */
};

/* Take a copy of a file.  One of that name and build is replaced.  ERR_INPUT:
 * a word that cannot stand in a URL; ERR_LIMIT: the disk has no room. */
int appstore_add(struct arena *a, const char *folder,
    const struct appstore_file *f, struct err *e) FL_CHECK;

/* A file of it, in no order; sum: its SHA-256 in hex digits. */
struct appstore_entry {
	struct str release; /* of its build; empty: firmware.json says none */
	const char *build, *name, *sum;
	int64_t size;
};
typedef void appstore_say(void *arg, const struct appstore_entry *x);
int appstore_list(struct arena *a, const char *folder, appstore_say *say,
    void *arg, struct err *e) FL_CHECK;

/* Remove a build with its files; no release names it any more.  ERR_GONE. */
int appstore_remove(struct arena *a, const char *folder, struct str build,
    struct err *e) FL_CHECK;

#endif
