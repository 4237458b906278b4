/*
 * save -- configurations that devices had, kept in the store.
 *
 * A device's night is a row: time, size, SHA-256.  Its text is stored once:
 * nights that differ in nothing that counts (saveform.h) share the text of the
 * first.  Another one is packed by what it has other than a near one, which is told
 * by one that stands by itself, of which there is one for every SAVE_BASE texts (save_text.h); what
 * is packed is unpacked and compared before it is written.  Texts hold passwords,
 * so they are sealed (secret.h), and people see them masked.
 *
 * Who sees the domain that a device was in then sees the save; when the device
 * moves, its saves stay with that domain.  What is rebuilt is checked against
 * its SHA-256, so a text that is shown is one that a device had.
 *
 * Of an App Platform there are dumps of databases instead: of its manager, and of
 * the instances of apps that people named (device_instance.h).  Each is kept,
 * compared and let go by itself.  What in a dump is a secret nobody knows, so
 * none is shown without its secrets, and none is compared line by line.
 *
 * A text stays as long as a save has it, or another text is told by it.  What is
 * too old goes by a clock that is believed (jump.h): a wrong one would forget all.
 */
#ifndef FL_SAVE_H
#define FL_SAVE_H

#include "actor.h"
#include "buf.h"
#include "row_job.h"
#include "saveform.h"

#define SAVE_PAGE    200

#define SAVE_MANAGER "manager" /* the instance that is the manager itself */

/* Those of a device behind (older than) the id before, 0: from the newest. */
struct save_page {
	struct str hw_id;
	int64_t before;
};
int save_list(struct ask *q, const struct save_page *p, struct save **out,
    size_t *n) FL_CHECK;

/* 1, 0 none that he sees, -1. */
int save_get(struct ask *q, int64_t id, struct save *out) FL_CHECK;

/* The one of the same device, domain and instance before it: 0, -1 with ERR_GONE. */
int save_before(struct ask *q, const struct save *s, struct save *out) FL_CHECK;

/* Its text, unmasked, into out, which is initialised here and wiped by the
 * caller. */
int save_text(struct ask *q, const struct save *s, struct buf *out) FL_CHECK;

/* Forget one. */
int save_remove(struct ask *q, int64_t id) FL_CHECK;

/* In the audit: what was done with a save, "save.read" with its secrets. */
int save_note(struct ask *q, const struct save *s, const char *what) FL_CHECK;

/* ---- lines, as people see them ---- */

/* Lines of a text that was masked; at is the number in it, from 1.  Texts live
 * until the sayer returns. */
typedef void save_say(void *arg, char sign, int64_t at, struct str line);

/* All lines, ' '.  ERR_INPUT: it is a dump. */
int save_show(struct ask *q, const struct saveform *f, const struct save *s,
    save_say *say, void *arg) FL_CHECK;

/* What they differ in, '-' and '+', but for lines that do not count. */
struct save_pair {
	const struct save *old, *new;
};
int save_diff(struct ask *q, const struct saveform *f,
    const struct save_pair *p, save_say *say, void *arg) FL_CHECK;

/* ---- for the runner, inside a change ---- */

struct save_new {
	int64_t device_id, domain_id;
	int64_t job_id;
	struct str instance; /* empty: its configuration */
	struct str text;
};

/* Why its text is none that a device had (NULL: it is one). */
const char *save_why_not(const struct save_new *x);

/* Keep it, and let go what the job does not keep any more.  ERR_INPUT with the
 * reason in words: it is no configuration. */
int save_put(struct ask *q, const struct saveform *f, const struct save_new *x,
    int64_t *id) FL_CHECK;

/* ---- for the periodic work ---- */

#define SAVE_EXPIRE_MAX 1000 /* saves of one transaction */

/* Let go what jobs do not keep any longer by its age, also of devices that are
 * saved no more; as save_put does, but for the newest of each.  At most
 * SAVE_EXPIRE_MAX; *count: how many.  For administrators only. */
int save_expire(struct ask *q, int64_t *count) FL_CHECK;

#endif
