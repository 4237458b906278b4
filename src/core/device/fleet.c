#include "fleet.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "audit.h"
#include "change.h"
#include "crypto.h"
#include "csv.h"
#include "db.h"
#include "device.h"
#include "device_change.h"
#include "domain.h"

#define LINE_MAX 4096

enum column {
	COL_HW_ID,
	COL_NAME,
	COL_DOMAIN,
	COL_CATEGORIES,
	COL_TYPE,
	COL_PRODUCT,
	COL_PASSWORD,
	COL__MAX
};

static const char *const columns[COL__MAX] = {
    [COL_HW_ID] = "hwId",
    [COL_NAME] = "name",
    [COL_DOMAIN] = "domain",
    [COL_CATEGORIES] = "categories",
    [COL_TYPE] = "type",
    [COL_PRODUCT] = "product",
    [COL_PASSWORD] = "sysclient_password",
};

struct import {
	struct ask *q;
	struct fleet_import *in;
	int at[COL__MAX]; /* field of a column, -1 = not in the file */
	struct csv csv;
	int complaints;
	size_t columns; /* fields of the header */
};

/* ---- import ---- */

static void
complain(struct import *m, const char *what)
{
	m->complaints++;
	if (m->in->complain != NULL && m->complaints <= FLEET_ERRORS_MAX)
		m->in->complain(m->in->arg, m->csv.line, what);
}

static int
find_column(struct str name)
{
	for (int i = 0; i < COL__MAX; i++)
		if (str_eq_nocase(str_trim(name), str_of(columns[i])))
			return i;
	return -1;
}

/* The header line: -1 and a complaint if it is not one. */
static int
read_header(struct import *m)
{
	struct str fields[CSV_FIELDS_MAX];
	size_t n = 0;

	for (int i = 0; i < COL__MAX; i++)
		m->at[i] = -1;
	if (csv_next(&m->csv, m->q->arena, fields, &n) <= 0) {
		complain(m, "no header line");
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		int col = find_column(fields[i]);

		if (col < 0 || m->at[col] >= 0) {
			complain(
			    m, col < 0 ? "unknown column" : "column twice");
			return -1;
		}
		m->at[col] = (int)i;
	}
	m->columns = n;
	if (m->at[COL_HW_ID] >= 0 && m->at[COL_DOMAIN] >= 0)
		return 0;
	complain(m, "columns hwId and domain are required");
	return -1;
}

static struct str
field(
    const struct import *m, const struct str *fields, size_t n, enum column col)
{
	int at = m->at[col];

	if (at < 0 || (size_t)at >= n)
		return str_n("", 0);
	return str_trim(fields[at]);
}

/* Names between "|"; the array lives in the arena. */
static int
split(struct import *m, struct str list, struct device_new *d)
{
	struct str *names, one;

	if (list.len == 0)
		return 0;
	names = arena_array(m->q->arena, DEVICE_CATEGORIES, sizeof(*names));
	if (names == NULL)
		return err_set(m->q->err, ERR_LIMIT, "file too large");
	while (str_next(&list, '|', &one)) {
		if (d->ncategories == DEVICE_CATEGORIES)
			return err_say(
			    m->q->err, ERR_INPUT, "too many categories");
		names[d->ncategories++] = str_trim(one);
	}
	d->categories = names;
	return 0;
}

static int
find_domain(struct import *m, struct str name, int64_t *id)
{
	struct domain d;
	int rc = domain_find(m->q, name, &d);

	if (rc == 0)
		return err_say(m->q->err, ERR_INPUT, "no such domain");
	*id = d.id;
	return rc < 0 ? -1 : 0;
}

static int
one_device(struct import *m, const struct str *fields, size_t n)
{
	struct device_new d = {
	    .hw_id = field(m, fields, n, COL_HW_ID),
	    .name = field(m, fields, n, COL_NAME),
	    .product = field(m, fields, n, COL_PRODUCT),
	    .password = field(m, fields, n, COL_PASSWORD),
	};
	struct str type = field(m, fields, n, COL_TYPE);

	if (n > m->columns) /* a separator that should be quoted */
		return err_say(
		    m->q->err, ERR_INPUT, "more fields than columns");
	/* Who brings its password needs no offer. */
	if (d.password.len == 0)
		d.offer_minutes = m->in->offer_minutes;
	d.type = device_type_parse(type);
	if (type.len > 0 && d.type == DEVICE_UNKNOWN)
		return err_say(m->q->err, ERR_INPUT, "unknown type");
	if (find_domain(m, field(m, fields, n, COL_DOMAIN), &d.domain) < 0 ||
	    split(m, field(m, fields, n, COL_CATEGORIES), &d) < 0)
		return -1;
	return device_add_inside(m->q, &d);
}

/* True if the mistake is in the line, so that the next one can be looked at. */
static bool
is_mistake(const struct err *e)
{
	switch (e->kind) {
	case ERR_INPUT:
	case ERR_GONE:
	case ERR_EXISTS:
	case ERR_LIMIT:
		return true;
	case ERR_NONE:
	case ERR_DENIED:
	case ERR_BUSY:
	case ERR_IO:
	case ERR__MAX:
		break;
	}
	return false;
}

/* All lines: the number of devices, -1 for a failure that is no mistake. */
static int64_t
all_lines(struct import *m)
{
	struct str fields[CSV_FIELDS_MAX];
	int64_t count = 0;
	size_t n;
	int rc;

	for (;;) {
		struct arena_mark mark = arena_mark(m->q->arena);

		rc = csv_next(&m->csv, m->q->arena, fields, &n);
		if (rc == 0 || m->complaints >= FLEET_ERRORS_MAX)
			break;
		if (rc < 0) {
			complain(m, "broken line: quote or too many fields");
			break;
		}
		if (one_device(m, fields, n) == 0)
			count++;
		else if (is_mistake(m->q->err))
			complain(m, m->q->err->text);
		else
			return -1;
		change_forget(m->q);
		arena_reset(m->q->arena, mark);
	}
	return count;
}

static int
import_inside(struct import *m)
{
	char hash[CRYPTO_HEX_MAX];
	struct audit_row row = {.what = "import.devices"};

	if (read_header(m) == 0) {
		m->in->count = all_lines(m);
		if (m->in->count < 0)
			return -1;
	}
	if (m->complaints > 0)
		return err_say(m->q->err, ERR_INPUT, "file has mistakes");
	crypto_join_hex(CRYPTO_SHA256, '\0', &m->in->text, 1, hash);
	row.detail =
	    PAIRS(P_INT("devices", m->in->count), P_STRZ("sha256", hash));
	return audit_add(m->q, &row);
}

int
fleet_import(struct ask *q, struct fleet_import *in)
{
	struct import m = {.q = q, .in = in};
	int rc;

	in->count = 0;
	if (access_admin(q->who, q->err) < 0)
		return -1;
	if (in->text.len > FLEET_MAX)
		return err_say(q->err, ERR_LIMIT, "file too large");
	csv_open(&m.csv, in->text);
	if (change_begin(q) < 0)
		return -1;
	rc = import_inside(&m);
	if (rc == 0 && in->dry) {
		/* All was checked by doing it; now it is undone. */
		change_undo(q);
		return 0;
	}
	return change_end(q, rc);
}

/* ---- export ---- */

static int
export_one(
    struct ask *q, const struct device *d, struct str domain, struct buf *line)
{
	const struct str *names;
	size_t n;

	if (device_categories(q, d, &names, &n) < 0)
		return -1;
	csv_field(line, d->hw_id);
	buf_putc(line, ',');
	csv_field(line, d->name);
	buf_putc(line, ',');
	csv_field(line, domain);
	buf_putc(line, ',');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(line, '|');
		csv_field(line, names[i]);
	}
	buf_putc(line, ',');
	csv_field(line, str_of(device_type_name(d->type)));
	buf_putc(line, ',');
	csv_field(line, d->product);
	buf_putc(line, '\n');
	return 0;
}

static int
export_page(struct ask *q, const struct device_page *page, struct sink out)
{
	struct buf line;
	int rc = 0;

	buf_init(&line, DEVICE_PAGE * LINE_MAX);
	for (size_t i = 0; rc == 0 && i < page->n; i++) {
		struct domain d = {0};

		if (page->list[i].id == 0)
			continue; /* a claim is no device of the fleet */
		rc = domain_get(q, page->list[i].domain_id, &d);
		if (rc >= 0)
			rc = export_one(q, &page->list[i], d.name, &line);
	}
	if (rc == 0 && line.len > 0 &&
	    out.put(out.arg, line.data, line.len) < 0)
		rc = err_set(q->err, ERR_IO, "the receiver is gone");
	buf_fini(&line);
	return rc;
}

int
fleet_export(struct ask *q, struct sink out)
{
	static const char head[] = "hwId,name,domain,categories,type,product\n";
	struct device_filter all = {.assigned = true, .unassigned = true};
	struct device_cursor at = {0};
	struct device_page page = {0};

	if (out.put(out.arg, head, sizeof(head) - 1) < 0)
		return err_set(q->err, ERR_IO, "the receiver is gone");
	while (!page.last) {
		struct arena_mark m = arena_mark(q->arena);

		if (device_list(q, &all, &at, &page) < 0 ||
		    export_page(q, &page, out) < 0)
			return -1;
		arena_reset(q->arena, m);
	}
	return 0;
}
