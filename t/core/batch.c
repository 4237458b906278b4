/* Works of several threads in one transaction. */
#include "batch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "db.h"
#include "fixture.h"
#include "must.h"

static atomic_int syncs;
static bool disk_broken;

int
fdatasync(int fd)
{
	(void)fd;
	(void)usleep(3000);
	syncs++;
	return disk_broken ? -1 : 0;
}

static struct fixture f;

/* What a work shall do. */
struct deed {
	const char *key;
	bool fail, tell, fast;
};

static int
work(struct ask *q, void *arg)
{
	const struct deed *d = arg;
	int64_t rev;

	if (d->fast)
		return db_int(q->core->store, STMT_REV_NEXT, ARGS_NONE, &rev,
			   q->err) < 0
			   ? -1
			   : 0;
	if (db_do(q->core->store, STMT_SETTING_SET,
		ARGS(A_STRZ(d->key), A_STRZ("1")), q->err) < 0)
		return -1;
	if (d->tell)
		orders_line(&q->core->orders, str_of(d->key));
	return d->fail ? err_set(q->err, ERR_LIMIT, "it shall fail") : 0;
}

static bool
is_set(const char *key)
{
	struct row *row;
	int rc = db_first(
	    f.core.store, STMT_SETTING_GET, ARGS(A_STRZ(key)), &row, &f.err);

	db_done(row);
	return rc > 0;
}

static void
test_parts(void)
{
	struct deed deeds[] = {{.key = "a", .tell = true},
	    {.key = "b", .tell = true, .fail = true}, {.key = "c"}};
	struct batch *b = batch_new(&f.core);
	struct batch_work works[COUNT(deeds)];
	struct err errs[COUNT(deeds)] = {{0}};
	int before;

	for (size_t i = 0; i < COUNT(deeds); i++) {
		works[i] =
		    (struct batch_work){.fn = work, .arg = &deeds[i], .q = f.q};
		works[i].q.err = &errs[i];
	}
	/* What making the instance left to be checkpointed is over. */
	must(batch_alone(&f.q, work, &deeds[2]) == 0);
	before = syncs;
	batch_do(b, works, COUNT(deeds));
	tap_ok(
	    works[0].rc == 0 && works[2].rc == 0 && is_set("a") && is_set("c"),
	    "several works are done");
	tap_is_int(syncs - before, 1, "with one sync");
	tap_ok(works[1].rc < 0 && errs[1].kind == ERR_LIMIT && !is_set("b"),
	    "one that fails is taken back alone");
	tap_ok(fx_ordered(&f, "a\n") && !fx_ordered(&f, "b\n"),
	    "and so is what it would have told");
	batch_free(&b);
}

static void
test_alone(void)
{
	struct deed d = {.key = "d", .fast = true}, lost = {.key = "e"};
	int before = syncs;

	tap_ok(batch_alone(&f.q, work, &d) == 0 && syncs == before,
	    "what is FAST waits for no disk");
	disk_broken = true;
	tap_ok(batch_alone(&f.q, work, &lost) < 0 && f.err.kind == ERR_IO,
	    "nothing is acknowledged that is not on disk");
	disk_broken = false;
	f.hub = HUB_SILENT;
	d = (struct deed){.key = "g", .tell = true};
	tap_ok(batch_alone(&f.q, work, &d) == 0 && is_set("g"),
	    "an event that the hub does not take undoes nothing");
	f.hub = HUB_OK;
}

#define THREADS 8
#define ROUNDS  20

static struct batch *shared;
static atomic_int unsynced, failed;

static void *
bring(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct deed d = {.key = arg};
		struct err mine = {0};
		struct batch_work w = {
		    .fn = work, .arg = &d, .q = {.err = &mine}};
		int before = syncs;

		batch_do(shared, &w, 1);
		unsynced += syncs == before;
		failed += w.rc < 0;
	}
	return NULL;
}

static void
test_together(void)
{
	static char keys[THREADS][2];
	pthread_t threads[THREADS];
	int before = syncs;

	shared = batch_new(&f.core);
	for (int i = 0; i < THREADS; i++) {
		keys[i][0] = (char)('k' + i);
		must(pthread_create(&threads[i], NULL, bring, keys[i]) == 0);
	}
	for (int i = 0; i < THREADS; i++)
		must(pthread_join(threads[i], NULL) == 0);
	tap_is_int(failed, 0, "all that threads bring is done");
	tap_is_int(unsynced, 0, "nobody is told before the sync");
	tap_ok(syncs - before < THREADS * ROUNDS / 2,
	    "and one sync serves several");
	for (int i = 0; i < THREADS; i++)
		tap_ok(is_set(keys[i]), "%s is there", keys[i]);
	batch_free(&shared);
	batch_free(&shared);
}

int
main(void)
{
	fx_open(&f);
	test_parts();
	test_alone();
	test_together();
	fx_close(&f);
	return tap_end();
}
