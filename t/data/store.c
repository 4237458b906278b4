/*
 * The store: statements, plans, migrations, transactions, what SQLite must
 * refuse.
 */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "db.h"
#include "disk.h"
#include "load.h"
#include "migrate.h"
#include "must.h"
#include "tap.h"

/* The disk: a sync is counted, may take some time, or fail. */
static atomic_int syncs;
static useconds_t sync_us;
static bool disk_broken;

int
fdatasync(int fd)
{
	(void)fd;
	if (sync_us > 0)
		(void)usleep(sync_us);
	syncs++;
	return disk_broken ? -1 : 0;
}

static char folder[] = "/tmp/fleetline-store-XXXXXX";
static char path[64];
static struct err e;

static const struct {
	const char *name;
	bool scan;
} statements[STMT__MAX] = {
#define S(n, sql)    [STMT_##n] = {#n, false},
#define SCAN(n, sql) [STMT_##n] = {#n, true},
#define FAST(n, sql) [STMT_##n] = {#n, false},
    SQL_STATEMENTS
#undef S
#undef SCAN
#undef FAST
};

/* A plan scans when a step reads "SCAN table" without an index; reading an
 * index from its start by ORDER BY ... LIMIT 1 is a scan that ends at once. */
static bool
scans(char *plan, const char *name)
{
	char *save = NULL;
	bool found = false;

	for (char *step = strtok_r(plan, "\n", &save); step != NULL;
	     step = strtok_r(NULL, "\n", &save)) {
		if (strncmp(step, "SCAN ", 5) != 0 ||
		    strcmp(step, "SCAN CONSTANT ROW") == 0 ||
		    strstr(step, "SCAN (subquery") != NULL ||
		    /* a list that is handed over */
		    strstr(step, "SCAN json_each VIRTUAL TABLE") != NULL)
			continue;
		if (strcmp(name, "CLAIM_EVICT") == 0 &&
		    strstr(step, "INDEX claim_count_most") != NULL)
			continue;
		tap_diag("%s: %s", name, step);
		found = true;
	}
	return found;
}

static void
test_plans(struct store *st)
{
	char plan[4096];

	for (int i = 0; i < STMT__MAX; i++) {
		const char *name = statements[i].name;
		bool ok =
		    store_plan(st, (enum stmt)i, plan, sizeof(plan), &e) == 0;

		if (!ok)
			tap_diag("%s", e.text);
		if (ok && !statements[i].scan)
			ok = !scans(plan, name);
		tap_ok(ok, "%s prepares and reads no whole table unless marked",
		    name);
	}
}

static void
test_open(void)
{
	struct store *st;

	tap_ok(store_open("/nonexistent/x.db", false, &st, &e) < 0 &&
		   e.kind == ERR_IO && st == NULL,
	    "a missing database is an error");
	tap_ok(store_open(path, true, &st, &e) == 0, "a new database is made");
	store_close(&st);
	tap_ok(st == NULL, "closing leaves NULL");
}

static void
test_version(void)
{
	struct store *st;
	int64_t version = 0;

	tap_ok(store_open(path, false, &st, &e) == 0 &&
		   store_version(st, &version, &e) == 0 &&
		   version == MIGRATE_VERSION,
	    "it has the version of this program");
	tap_ok(store_exec(st, "PRAGMA user_version = 99", &e) == 0,
	    "a newer version is simulated");
	store_close(&st);
	tap_ok(store_open(path, false, &st, &e) < 0 &&
		   strstr(e.text, "version 99") != NULL,
	    "a newer database is refused with a clear message");
	tap_ok(st == NULL, "and nothing stays open");
}

static void
unversion(void)
{
	char sql[200];
	FILE *f;

	/* The header of the file holds user_version at byte 60. */
	f = fopen(path, "r+");
	(void)snprintf(sql, sizeof(sql), "%c%c%c%c", 0, 0, 0, MIGRATE_VERSION);
	if (f != NULL) {
		(void)fseek(f, 60, SEEK_SET);
		(void)fwrite(sql, 1, 4, f);
		(void)fclose(f);
	}
}

static void
test_refusals(struct store *st)
{
	tap_ok(db_run(st, STMT_AUDIT_ADD,
		   ARGS(A_INT(1), A_STRZ("local"), A_STRZ("x"), A_STRZ("y"),
		       A_STRZ("{}")),
		   &e) == 1,
	    "audit takes a row");
	tap_ok(store_exec(st, "UPDATE audit SET who = 'me'", &e) < 0 &&
		   strstr(e.text, "append-only") != NULL,
	    "audit refuses UPDATE");
	tap_ok(store_exec(st, "DELETE FROM audit", &e) < 0 &&
		   strstr(e.text, "append-only") != NULL,
	    "audit refuses DELETE");
	tap_ok(store_exec(st,
		   "INSERT OR REPLACE INTO audit VALUES"
		   " (1, 2, 'me', 'x', 'y', '')",
		   &e) < 0,
	    "audit refuses REPLACE");
	tap_ok(db_run(st, STMT_DOMAIN_ADD,
		   ARGS(A_INT(1), A_STRZ("example.com"), A_INT(1)), &e) == 1,
	    "a domain is added");
	tap_ok(db_run(st, STMT_DOMAIN_ADD,
		   ARGS(A_INT(2), A_STRZ("EXAMPLE.com"), A_INT(1)), &e) < 0 &&
		   e.kind == ERR_EXISTS,
	    "its name is taken, whatever the case");
	tap_ok(db_run(st, STMT_DEVICE_ADD,
		   ARGS(A_INT(1), A_STRZ("x"), A_INT(5), A_STRZ(""), A_INT(1)),
		   &e) == 1 &&
		   db_run(st, STMT_DEVICE_PLACE, ARGS(A_INT(1), A_INT(77)),
		       &e) < 0 &&
		   e.kind == ERR_IO,
	    "a device cannot be in a domain that does not exist");
	tap_ok(store_exec(st, "UPDATE device SET rev = 'abc'", &e) < 0,
	    "tables are strict");
	tap_ok(store_exec(st, "SELECT \"abc\"", &e) < 0,
	    "a double-quoted text is no string");
}

static void
test_transactions(struct store *st)
{
	struct store *other;
	int64_t rev = 0, again = 0;

	tap_ok(store_open(path, false, &other, &e) == 0,
	    "a second connection opens");
	tap_ok(store_begin(st, STORE_FULL, &e) == 0 &&
		   db_int(st, STMT_REV_NEXT, ARGS_NONE, &rev, &e) == 1,
	    "a transaction counts a change");
	tap_ok(db_int(other, STMT_REV_NOW, ARGS_NONE, &again, &e) == 1 &&
		   again == rev - 1,
	    "others do not see it before the commit");
	store_rollback(st);
	tap_ok(db_int(st, STMT_REV_NOW, ARGS_NONE, &again, &e) == 1 &&
		   again == rev - 1,
	    "rolling back forgets it");
	store_rollback(st);
	tap_ok(store_begin(st, STORE_FULL, &e) == 0 &&
		   db_int(st, STMT_REV_NEXT, ARGS_NONE, &rev, &e) == 1 &&
		   store_commit(st, &e) == 0 &&
		   db_int(other, STMT_REV_NOW, ARGS_NONE, &again, &e) == 1 &&
		   again == rev,
	    "a commit shows it");
	store_close(&other);
}

/* Statements that a look at the change counter takes; -1: it is not n. */
static int
rev_costs(struct store *st, int64_t n)
{
	int64_t before, after, us, rev = -1;

	store_times(st, &before, &us);
	if (db_rev(st, &rev, &e) < 0 || rev != n)
		return -1;
	store_times(st, &after, &us);
	return (int)(after - before);
}

static void
test_rev(struct store *st)
{
	struct store *other;
	struct row *row;
	int64_t rev = 0, n;

	tap_ok(store_open(path, false, &other, &e) == 0 &&
		   db_int(st, STMT_REV_NEXT, ARGS_NONE, &rev, &e) == 1,
	    "something is changed");
	tap_ok(rev_costs(other, rev) == 1 && rev_costs(other, rev) == 0 &&
		   rev_costs(other, rev) == 0,
	    "another connection looks once, and knows then");
	tap_ok(db_int(st, STMT_REV_NEXT, ARGS_NONE, &n, &e) == 1 &&
		   rev_costs(other, ++rev) == 1 && rev_costs(other, rev) == 0,
	    "it sees the next change at once");
	tap_ok(store_begin(st, STORE_FULL, &e) == 0 &&
		   db_int(st, STMT_REV_NEXT, ARGS_NONE, &n, &e) == 1 &&
		   rev_costs(st, rev + 1) == 1 && rev_costs(st, rev + 1) == 1,
	    "who changes something himself sees it before the commit");
	tap_ok(rev_costs(other, rev) == 0, "others do not");
	store_rollback(st);
	tap_ok(rev_costs(st, rev) == 1, "nor he, once it is taken back");
	tap_ok(db_first(other, STMT_DOMAIN_PAGE, ARGS(A_INT(-1), A_INT(9)),
		   &row, &e) > 0 &&
		   db_int(st, STMT_REV_NEXT, ARGS_NONE, &n, &e) == 1 &&
		   rev_costs(other, rev) == 1,
	    "who is in the middle of reading sees what was");
	db_done(row);
	tap_ok(rev_costs(other, ++rev) == 1 && rev_costs(other, rev) == 0,
	    "... and behind it what is");
	tap_ok(store_exec(st, "PRAGMA wal_checkpoint(TRUNCATE)", &e) == 0 &&
		   db_int(st, STMT_REV_NEXT, ARGS_NONE, &n, &e) == 1 &&
		   rev_costs(other, ++rev) == 1 && rev_costs(other, rev) == 0,
	    "a log that begins anew is another one");
	store_close(&other);
}

/* A list that ended where memory did was taken for the whole: of projects,
 * domains, connections, and of what the sweep works on. */
static void
test_full_arena(struct store *st)
{
	struct arena a;
	struct loader l = {st, &a, &e};
	struct licence *list;
	struct str one;
	size_t n = 1;

	must(store_exec(st,
		 "INSERT INTO licence (name, title, hardware, retired, price)"
		 " SELECT 'l' || value, printf('%0500d', 1), 0, 0, 1"
		 " FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]');"
		 "INSERT INTO setting VALUES ('k', printf('%0500d', 1))",
		 &e) == 0);
	arena_init(&a, 4096);
	e = (struct err){0};
	tap_ok(load_list(l, STMT_LICENCES, ARGS_NONE, load_licence, &list, &n) <
		       0 &&
		   e.kind == ERR_LIMIT && n == 0,
	    "a full arena is an error, not the end of a list");
	arena_fini(&a);
	arena_init(&a, 256);
	e = (struct err){0};
	tap_ok(load_one(l, STMT_SETTING_GET, ARGS(A_STRZ("k")), load_str,
		   &one) < 0 &&
		   e.kind == ERR_LIMIT,
	    "nor an empty value");
	arena_fini(&a);
	must(store_exec(st, "DELETE FROM setting; DELETE FROM licence", &e) ==
	     0);
}

static int
syncs_of(struct store *st, enum stmt s, struct args args)
{
	int before = syncs;

	return db_run(st, s, args, &e) < 0 ? -1 : syncs - before;
}

/* What survives a power cut was synced before it was acknowledged. */
static void
test_durable(struct store *st)
{
	struct args key = ARGS(A_STRZ("x"));
	struct args set = ARGS(A_STRZ("x"), A_STRZ("y"));
	int before;

	tap_ok(syncs_of(st, STMT_SETTING_SET, set) > 0,
	    "a single change is durable");
	tap_is_int(syncs_of(st, STMT_REV_NEXT, ARGS_NONE), 0,
	    "but one that is marked FAST");
	before = syncs;
	must(store_begin(st, STORE_FAST, &e) == 0);
	tap_ok(syncs_of(st, STMT_SETTING_CLEAR, key) == 0 &&
		   store_commit(st, &e) == 0 && syncs == before,
	    "a fast transaction waits for no disk");
	must(store_begin(st, STORE_FULL, &e) == 0);
	tap_ok(syncs_of(st, STMT_REV_NEXT, ARGS_NONE) == 0 &&
		   store_commit(st, &e) == 0 && syncs > before,
	    "a full one is durable with all that is in it");
	before = syncs;
	must(store_begin(st, STORE_MIXED, &e) == 0);
	tap_ok(syncs_of(st, STMT_REV_NEXT, ARGS_NONE) == 0 &&
		   store_commit(st, &e) == 0 && syncs == before,
	    "a mixed one of fast changes is fast");
	must(store_begin(st, STORE_MIXED, &e) == 0);
	tap_ok(syncs_of(st, STMT_REV_NEXT, ARGS_NONE) == 0 &&
		   syncs_of(st, STMT_SETTING_SET, set) == 0 &&
		   store_commit(st, &e) == 0 && syncs > before,
	    "and durable with one that is not");
}

static int64_t
rev(struct store *st)
{
	int64_t n = -1;

	return db_int(st, STMT_REV_NOW, ARGS_NONE, &n, &e) == 1 ? n : -1;
}

static void
test_parts(struct store *st)
{
	int64_t before = rev(st);

	must(store_begin(st, STORE_FAST, &e) == 0);
	tap_ok(store_part(st, &e) == 0 &&
		   db_run(st, STMT_REV_NEXT, ARGS_NONE, &e) == 1 &&
		   store_part_done(st, &e) == 0 && store_part(st, &e) == 0 &&
		   db_run(st, STMT_REV_NEXT, ARGS_NONE, &e) == 1 &&
		   rev(st) == before + 2 && store_part_back(st, &e) == 0,
	    "a part of a transaction is taken back");
	tap_ok(store_commit(st, &e) == 0 && rev(st) == before + 1,
	    "and the others are kept");
}

/* Who only looks neither changes anything nor waits for who does. */
static void
test_look(struct store *st)
{
	struct store *other;
	int64_t before = rev(st);

	must(store_open(path, false, &other, &e) == 0 &&
	     store_begin(other, STORE_FAST, &e) == 0);
	store_look(st);
	tap_ok(rev(st) == before && !store_look_end(st), "one may look");
	store_look(st);
	e = (struct err){0};
	tap_ok(db_run(st, STMT_REV_NEXT, ARGS_NONE, &e) < 0 &&
		   e.kind == ERR_BUSY && store_look_end(st),
	    "a change is refused meanwhile");
	store_look(st);
	tap_ok(store_begin(st, STORE_FULL, &e) < 0 && store_look_end(st),
	    "and so is a transaction");
	store_rollback(other);
	store_close(&other);
	tap_ok(db_run(st, STMT_REV_NEXT, ARGS_NONE, &e) == 1,
	    "afterwards it is not");
}

/* ---- several writers ---- */

#define WRITERS 8
#define CHANGES 25 /* of each */

static void *
write_some(void *arg)
{
	int *promised = arg;
	struct store *st;
	struct err mine = {0};

	must(store_open(path, false, &st, &mine) == 0);
	for (int i = 0; i < CHANGES; i++) {
		int before = syncs;

		if (db_do(st, STMT_SETTING_SET, ARGS(A_STRZ("x"), A_STRZ("y")),
			&mine) == 0 &&
		    syncs > before)
			(*promised)++;
	}
	store_close(&st);
	return NULL;
}

static void
test_together(void)
{
	pthread_t threads[WRITERS];
	int promised[WRITERS] = {0}, all = 0, before = syncs;

	sync_us = 3000;
	for (int i = 0; i < WRITERS; i++)
		must(pthread_create(
			 &threads[i], NULL, write_some, &promised[i]) == 0);
	for (int i = 0; i < WRITERS; i++) {
		must(pthread_join(threads[i], NULL) == 0);
		all += promised[i];
	}
	sync_us = 0;
	tap_is_int(all, WRITERS * CHANGES,
	    "no change is acknowledged before a sync that came after it");
	tap_diag("%d changes, %d syncs", all, syncs - before);
	tap_ok(syncs - before < all / 2, "but one sync serves several");
}

static void
test_broken_disk(struct store *st)
{
	struct args set = ARGS(A_STRZ("x"), A_STRZ("y"));

	disk_broken = true;
	e = (struct err){0};
	tap_ok(db_do(st, STMT_SETTING_SET, set, &e) < 0 && e.kind == ERR_IO,
	    "a sync that fails is told");
	must(store_begin(st, STORE_FULL, &e) == 0);
	must(db_do(st, STMT_SETTING_SET, set, &e) == 0);
	tap_ok(store_commit(st, &e) < 0, "of a transaction, too");
	store_rollback(st);
	disk_broken = false;
	tap_ok(db_do(st, STMT_SETTING_CLEAR, ARGS(A_STRZ("x")), &e) == 0,
	    "and the next is tried again");
}

static void
finding(void *arg, const char *line)
{
	tap_diag("%s", line);
	(*(int *)arg)++;
}

static void
test_care(struct store *st)
{
	char copy[80];
	struct store *other;
	int said = 0;
	int64_t rev = 0, same = -1, n = 0, us = 0;

	tap_ok(store_check(st, finding, &said, &e) == 0 && said == 0,
	    "a sound database has no findings");
	must(store_exec(st,
		 "PRAGMA foreign_keys = OFF;"
		 "INSERT INTO access (domain_id, target_id) VALUES (77, 78);"
		 "PRAGMA foreign_keys = ON",
		 &e) == 0);
	tap_ok(store_check(st, finding, &said, &e) == 2 && said == 2,
	    "a row of domains that are not there has one for each");
	must(store_exec(st, "DELETE FROM access", &e) == 0);
	(void)snprintf(copy, sizeof(copy), "%s/copy.db", folder);
	tap_ok(store_backup(st, copy, &e) == 0, "a copy is made");
	tap_ok(store_backup(st, copy, &e) < 0,
	    "an existing file is never overwritten");
	tap_ok(store_open(copy, false, &other, &e) == 0 &&
		   db_int(st, STMT_REV_NOW, ARGS_NONE, &rev, &e) == 1 &&
		   db_int(other, STMT_REV_NOW, ARGS_NONE, &same, &e) == 1 &&
		   rev == same,
	    "the copy opens and holds the same");
	store_close(&other);
	store_times(st, &n, &us);
	tap_ok(n > 10 && us > 0, "statements and their time are counted");
}

/* Copies a file; the example in the source tree is never opened itself. */
static bool
copy_file(const char *from, const char *to)
{
	char block[4096];
	size_t n;
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");

	while (in != NULL && out != NULL &&
	       (n = fread(block, 1, sizeof(block), in)) > 0)
		(void)fwrite(block, 1, n, out);
	if (out != NULL)
		(void)fclose(out);
	return in != NULL && fclose(in) == 0 && out != NULL;
}

/* Open it again and again; the disk fails at its first, second ... statement,
 * which refuses it, until none fails.  How often one did. */
static int
open_on_bad_disk(const char *to, struct store **st)
{
	int n = 0, rc;

	do {
		disk_fail(++n);
		rc = store_open(to, false, st, &e);
		disk_mend();
	} while (disk_failed() && rc < 0 && *st == NULL);
	return rc == 0 && !disk_failed() ? n - 1 : 0;
}

static void
test_examples(void)
{
	char from[200], to[80];
	struct store *st;
	int64_t n = 0;
	int said = 0, failed;

	for (int v = 1; v < MIGRATE_VERSION; v++) {
		(void)snprintf(
		    from, sizeof(from), SRCDIR "/t/data/version-%d.db", v);
		(void)snprintf(to, sizeof(to), "%s/version-%d.db", folder, v);
		must(copy_file(from, to));
		failed = open_on_bad_disk(to, &st);
		tap_ok(failed > MIGRATE_VERSION - v,
		    "the stored example of version %d opens, whichever of %d "
		    "statements failed before",
		    v, failed);
		if (st == NULL)
			continue;
		tap_ok(store_version(st, &n, &e) == 0 && n == MIGRATE_VERSION &&
			   store_check(st, finding, &said, &e) == 0,
		    "it is brought to this version and is sound");
		tap_ok(db_int(st, STMT_COUNTS, ARGS_NONE, &n, &e) == 1 && n > 0,
		    "its devices are still there");
		store_close(&st);
	}
}

static void
test_try(struct store *st)
{
	struct args use =
	    ARGS(A_STR(STR("key:1")), A_INT(0), A_INT(1), A_INT(2));
	struct store *other;
	struct row *row;
	int64_t began, step = 0;

	tap_ok(store_open(path, false, &other, &e) == 0 &&
		   store_begin(other, STORE_FULL, &e) == 0,
	    "another program writes");
	began = clock_mono_ms();
	tap_ok(
	    !db_try(st, STMT_SESSION_USE, use) && clock_mono_ms() - began < 500,
	    "what may be left out is left out, at once");
	store_rollback(other);
	store_close(&other);
	tap_ok(db_try(st, STMT_SESSION_USE, use), "else it is written");
	if (db_first(st, STMT_SESSION_BY_CRED,
		ARGS(A_STR(STR("key:1")), A_INT(0)), &row, &e) > 0)
		step = row_int(row, 0);
	db_done(row);
	tap_is_int(step, 1, "and can be read");
}

/* A restore that was copied over a running instance. */
static void
test_replaced(struct store *st)
{
	char aside[80];
	FILE *other;
	int64_t rev;

	(void)snprintf(aside, sizeof(aside), "%s.aside", path);
	tap_ok(store_begin(st, STORE_FULL, &e) == 0 &&
		   rename(path, aside) == 0 && store_commit(st, &e) < 0 &&
		   e.kind == ERR_IO,
	    "a change of a file that was taken away meanwhile fails");
	store_rollback(st);
	tap_ok(store_begin(st, STORE_FULL, &e) < 0 && e.kind == ERR_IO,
	    "so does the next one");
	tap_ok(db_int(st, STMT_REV_NEXT, ARGS_NONE, &rev, &e) < 0 &&
		   e.kind == ERR_IO,
	    "and one without a transaction");
	tap_ok((other = fopen(path, "w")) != NULL && fclose(other) == 0 &&
		   store_begin(st, STORE_FULL, &e) < 0,
	    "another file at its place is not the one that is open");
	tap_ok(unlink(path) == 0 && rename(aside, path) == 0 &&
		   store_begin(st, STORE_FULL, &e) == 0 &&
		   store_commit(st, &e) == 0,
	    "the file itself is");
}

static void
remove_folder(void)
{
	char one[600];
	struct dirent *file;
	DIR *all = opendir(folder);

	must(all != NULL);
	while ((file = readdir(all)) != NULL) {
		(void)snprintf(one, sizeof(one), "%s/%s", folder, file->d_name);
		(void)unlink(one);
	}
	(void)closedir(all);
	must(rmdir(folder) == 0);
}

int
main(void)
{
	struct store *st;

	if (mkdtemp(folder) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/fleetline.db", folder);
	test_open();
	test_version();
	unversion();
	if (!tap_ok(store_open(path, false, &st, &e) == 0, "it opens again"))
		return tap_end();
	test_plans(st);
	test_refusals(st);
	test_transactions(st);
	test_rev(st);
	test_durable(st);
	test_parts(st);
	test_look(st);
	test_together();
	test_broken_disk(st);
	test_full_arena(st);
	test_care(st);
	test_try(st);
	test_replaced(st);
	store_close(&st);
	test_examples();
	remove_folder();
	return tap_end();
}
