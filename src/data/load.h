/*
 * load -- rows of the store as typed values (row.h).
 *
 *	rc = load_one(ask_loader(q), STMT_LICENCE, ARGS(A_STR(name)),
 *	    load_licence, &licence);
 *	rc = load_list(ask_loader(q), STMT_LICENCES, ARGS_NONE, load_licence,
 *	    &list, &n);
 *
 * Columns are counted here and nowhere else: what each function below expects
 * are the SQL_..._COLUMNS of sql.def, from column 0.  Strings are copied into
 * the arena.  When that is full, look-up and list are ERR_LIMIT: a list that
 * ends early would be believed.
 */
#ifndef FL_LOAD_H
#define FL_LOAD_H

#include "db.h"
#include "row.h"

/* Fills *out, which is of the type that its name says. */
typedef void load_row(const struct row *row, struct arena *a, void *out);

load_row load_device, load_domain, load_registration, load_category, load_key,
    load_audit;
load_row load_account; /* without domains */
load_row load_trunk;   /* of SQL_TRUNK, in sql_billing.def */
load_row load_licence, load_project, load_rented, load_ledger;
load_row load_claim, load_connection, load_figures;
load_row load_signin, load_grant;
load_row load_alarm, load_alarm_setting, load_alarm_letter;
load_row load_code, load_code_watch;            /* of sql_code.def */
load_row load_config;                           /* of sql_config.def */
load_row load_config_state, load_config_script; /* of sql_delivery.def */
load_row load_job, load_task, load_job_figures; /* of sql_job.def */
load_row load_putback;                          /* of sql_putback.def */
load_row load_save;                             /* of sql_save.def */
load_row load_waiting_phone, load_phone_port, load_phone_door,
    load_phone_traced, load_phone_resync;
load_row load_move, load_move_counts, load_move_scope, load_paused;
load_row load_delivery_figures;
load_row load_served_phone, load_phone_layer, load_phone_stage,
    load_phone_upload, load_phone_job;
load_row load_id;  /* column 0 as int64_t */
load_row load_str; /* column 0 as struct str */

/* Where rows come from, where they go, where an error goes. */
struct loader {
	struct store *store;
	struct arena *arena;
	struct err *err;
};

/* The first row: 1, 0 there is none (*out is as it was), -1. */
int load_one(struct loader l, enum stmt s, struct args args, load_row *load,
    void *out) FL_CHECK;

/* All rows, in an array that *out then points to; 0 or -1, with *n 0. */
#define load_list(l, s, args, load, out, n)                                    \
	load_rows((l), (s), (args), LOAD_TO(load, out, n))
/* The same of what s finds for each of some ids. */
#define load_each(l, s, ids, load, out, n)                                     \
	load_found((l), (s), (ids), LOAD_TO(load, out, n))

struct load_ids {
	const int64_t *v;
	size_t n;
	int64_t after; /* only ids above it */
	size_t max;    /* rows in all */
};

#define LOAD_TO(load, out, n)                                                  \
	(&(const struct load_to){(load), sizeof(**(out)), (out), (n)})
struct load_to {
	load_row *load;
	size_t size; /* of one value */
	void *out;   /* a pointer to values */
	size_t *n;
};
int load_rows(struct loader l, enum stmt s, struct args args,
    const struct load_to *to) FL_CHECK;
int load_found(struct loader l, enum stmt s, const struct load_ids *ids,
    const struct load_to *to) FL_CHECK;

/* Interfaces of d->id. */
int load_ifaces(struct loader l, struct device *d) FL_CHECK;

/* A growing array in an arena: room for one more element of size bytes after
 * the first *n; *n grows by one.  NULL when the arena is full. */
void *load_more(struct arena *a, void **list, size_t *n, size_t size);

#endif
