/*
 * load -- rows of the store as typed values (row.h).
 *
 * The columns that each function expects are the SQL_..._COLUMNS of sql.def,
 * from column 0.  Strings are copied into the arena; when that is full they are
 * empty and arena_failed() tells.
 */
#ifndef FL_LOAD_H
#define FL_LOAD_H

#include "db.h"
#include "row.h"

void load_device(const struct row *row, struct arena *a, struct device *out);
void load_domain(const struct row *row, struct arena *a, struct domain *out);
void load_category(
    const struct row *row, struct arena *a, struct category *out);
/* Without domains. */
void load_account(const struct row *row, struct arena *a, struct account *out);
void load_key(const struct row *row, struct arena *a, struct api_key *out);
/* Of SQL_TRUNK, in sql_billing.def. */
void load_trunk(const struct row *row, struct arena *a, struct trunk *out);
void load_audit(const struct row *row, struct arena *a, struct audit *out);
void load_licence(const struct row *row, struct arena *a, struct licence *out);
/* seal (32 bytes) may be NULL. */
void load_project(const struct row *row, struct arena *a, struct project *out,
    unsigned char *seal);
void load_rented(const struct row *row, struct arena *a, struct rented *out);
void load_ledger(const struct row *row, struct arena *a, struct ledger *out);

/* A growing array in an arena: room for one more element of size bytes after
 * the first *n; *n grows by one.  NULL when the arena is full. */
void *load_more(struct arena *a, void **list, size_t *n, size_t size);

/* Where rows come from, where they go, where an error goes. */
struct loader {
	struct store *store;
	struct arena *arena;
	struct err *err;
};

/* Column 0 of all rows as ids, or as strings. */
int load_ids(struct loader l, enum stmt s, struct args args, int64_t **out,
    size_t *n) FL_CHECK;
int load_strings(struct loader l, enum stmt s, struct args args,
    struct str **out, size_t *n) FL_CHECK;

/* Interfaces of d->id. */
int load_ifaces(struct loader l, struct device *d) FL_CHECK;

#endif
