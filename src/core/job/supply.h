/*
 * supply -- where firmware comes from: the store of this instance, or a web
 * server without authentication that the setting jobs.store names (the vendor's
 * or an own one).
 *
 * Ours is the folder STATE/store, which nginx serves under /store/; we read it
 * there.  Another one is asked over HTTP: its addresses are looked at in the
 * moment before they are connected to (target.h, [fetch] of the configuration),
 * and it redirects nowhere.  Devices load from the URL themselves.
 */
#ifndef FL_SUPPLY_H
#define FL_SUPPLY_H

#include "actor.h"
#include "conf.h"
#include "target.h"

#define SUPPLY_URL_MAX  1024
#define SUPPLY_PATH_MAX 256 /* bytes of a path below the URL */

struct supply {
	const char *url;    /* for devices; without a '/' at the end */
	const char *folder; /* of our own store; NULL: it is another's */
	struct target_rule rule;
};

/* ERR_INPUT: devices cannot reach our store, [instance] url is not set.  Texts
 * live in q's arena. */
int supply_open(
    struct ask *q, const struct conf *conf, struct supply *out) FL_CHECK;

/* Folder of our own store; in the arena, NULL when that is full. */
const char *supply_folder(struct arena *a, const struct conf *conf);

/* Add a file of at most max bytes to out: "firmware.json". */
int supply_read(const struct supply *s, const char *path, size_t max,
    struct buf *out, struct err *e) FL_CHECK;

/* 1: the file is there; 0: it is not, or cannot be asked for, *e says why. */
int supply_has(
    const struct supply *s, const char *path, struct err *e) FL_CHECK;

#endif
