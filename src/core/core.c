#include "core.h"

#include <string.h>

#include "column.h"
#include "db.h"

int
core_open_files(struct core *c, const char *database, const char *key_file,
    const char *control, struct err *e)
{
	memset(c, 0, sizeof(*c));
	orders_init(&c->orders, control);
	if (crypto_key_load(key_file, &c->key, e) < 0 ||
	    store_open(database, false, &c->store, e) < 0) {
		core_close(c);
		return -1;
	}
	return 0;
}

int
core_open(struct core *c, const struct conf *conf, struct err *e)
{
	struct arena a;
	int rc;

	arena_init(&a, 4096);
	rc = core_open_files(c, conf->database, conf->key_file,
	    conf_socket(conf, &a, "control"), e);
	if (rc == 0)
		wake_init(&c->wake, conf_socket(conf, &a, "deliver"));
	arena_fini(&a);
	c->clock = conf->clock;
	c->templates = conf->templates;
	return rc;
}

void
core_close(struct core *c)
{
	store_close(&c->store);
	orders_fini(&c->orders);
	wake_fini(&c->wake);
	explicit_bzero(&c->key, sizeof(c->key));
}

void
core_times(const struct core *c, struct core_stats *out)
{
	memset(out, 0, sizeof(*out));
	store_times(c->store, &out->statements, &out->busy_us);
}

int
core_here(const struct core *c, struct err *e)
{
	return store_here_file(c->store, e);
}

int
core_stats(struct core *c, struct core_stats *out, struct err *e)
{
	struct row *row;
	int rc;

	core_times(c, out);
	rc = db_first(c->store, STMT_COUNTS, ARGS_NONE, &row, e);
	if (rc > 0) {
		out->devices = row_int(row, COUNTS_DEVICES);
		out->online = row_int(row, COUNTS_ONLINE);
		out->claims = row_int(row, COUNTS_CLAIMS);
		out->domains = row_int(row, COUNTS_DOMAINS);
		out->accounts = row_int(row, COUNTS_ACCOUNTS);
		out->rev = row_int(row, COUNTS_REV);
	}
	db_done(row);
	if (rc <= 0)
		return -1;
	return db_int(c->store, STMT_COUNT_UNASSIGNED, ARGS_NONE,
		   &out->unassigned, e) < 0
		   ? -1
		   : 0;
}
