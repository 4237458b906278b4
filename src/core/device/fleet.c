/* Devices read from CSV (fleet.h). */
#include "fleet.h"

#include "access.h"
#include "account.h"
#include "audit.h"
#include "category.h"
#include "change.h"
#include "crypto.h"
#include "csv.h"
#include "device.h"
#include "device_bulk.h"
#include "device_change.h"
#include "domain.h"
#include "fleet_line.h"
#include "hwid_set.h"

struct import {
	struct ask *q;
	struct fleet_import *in;
	struct csv csv;
	struct fleet_line l; /* the one that is read */
	struct hwid_set seen;
	bool header; /* is read */
};

/* ---- complaints ---- */

static void
complain(struct import *m, const char *error)
{
	bool in_column = m->l.column < FLEET__MAX;
	struct fleet_mistake x = {.line = m->csv.line,
	    .hw_id = m->l.hw_id,
	    .value = m->l.value,
	    .error = error};

	if (x.line == 0)
		x.line = 1; /* there is none */
	if (m->header)
		x.expected = fleet_columns(m->q->arena);
	if (in_column) {
		x.column = fleet_column_name(m->l.column);
		if (m->q->err->kind != ERR_EXISTS)
			x.expected = fleet_column_expects(m->l.column);
	}
	if (++m->in->mistakes <= FLEET_ERRORS_MAX && m->in->complain != NULL)
		m->in->complain(m->in->arg, &x);
}

static void
tell(struct import *m, enum fleet_column col, struct str before,
    struct str after)
{
	struct fleet_step s = {.line = m->csv.line,
	    .hw_id = m->l.hw_id,
	    .before = before,
	    .after = after};

	if (col < FLEET__MAX)
		s.column = fleet_column_name(col);
	if (m->in->tell != NULL && m->in->dry && m->in->update)
		m->in->tell(m->in->arg, &s);
}

/* The header line: 0 also with a complaint. */
static int
read_header(struct import *m)
{
	struct str fields[CSV_FIELDS_MAX];
	size_t n = 0;

	m->header = true;
	if (str_starts(m->in->text, STR("PK\003\004"))) {
		complain(m, "no text but a spreadsheet: save it as CSV");
		return -1;
	}
	if (csv_next(&m->csv, m->q->arena, fields, &n) <= 0)
		n = 0;
	if (fleet_line_head(&m->l, fields, n) < 0) {
		complain(m, m->q->err->say);
		return -1;
	}
	m->header = false;
	return 0;
}

/* ---- what a line does ---- */

static int
add(struct import *m)
{
	/* Who brings its password needs no offer. */
	if (m->l.d.password.len == 0 && m->l.d.domain != 0)
		m->l.d.offer_minutes = m->in->offer_minutes;
	if (device_add_inside(m->q, &m->l.d) < 0)
		return -1;
	if (m->l.owner != 0 &&
	    device_edit_inside(m->q, m->l.hw_id,
		&(struct device_edit){.owner = &m->l.owner}) < 0)
		return -1;
	m->in->added++;
	tell(m, FLEET__MAX, str_n("", 0), str_n("", 0));
	return 0;
}

static bool
has(const struct import *m, enum fleet_column col)
{
	return m->l.at[col] >= 0;
}

static struct str
domain_name(struct import *m, int64_t id)
{
	struct domain d = {0};

	return id != 0 && domain_get(m->q, id, &d) > 0 ? d.name : str_n("", 0);
}

static struct str
owner_name(struct import *m, int64_t id)
{
	struct account a = {0};

	return id != 0 && account_get(m->q, id, &a) > 0 ? a.name : str_n("", 0);
}

/* For people: with commas, which no name has. */
static struct str
joined(struct import *m, const struct str *names, size_t n)
{
	struct buf b;
	struct str out;

	buf_init(&b, DEVICE_CATEGORIES * (CATEGORY_NAME_MAX + 1));
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_str(&b, names[i]);
	}
	out = str_of(arena_str(m->q->arena, buf_view(&b)));
	buf_fini(&b);
	return out;
}

static bool
same_names(const struct str *a, size_t na, const struct str *b, size_t nb)
{
	size_t found = 0;

	for (size_t i = 0; i < na; i++)
		for (size_t k = 0; k < nb; k++)
			found += str_eq(a[i], b[k]);
	return na == nb && found == na;
}

static int
compare_categories(
    struct import *m, const struct device *d, struct device_edit *x)
{
	static const struct str none;
	const struct str *names;
	size_t n;

	if (!has(m, FLEET_CATEGORIES))
		return 0;
	if (device_categories(m->q, d, &names, &n) < 0)
		return -1;
	if (same_names(names, n, m->l.d.categories, m->l.d.ncategories))
		return 0;
	tell(m, FLEET_CATEGORIES, joined(m, names, n),
	    joined(m, m->l.d.categories, m->l.d.ncategories));
	x->categories = m->l.d.ncategories > 0 ? m->l.d.categories : &none;
	x->ncategories = m->l.d.ncategories;
	return 0;
}

/* What differs goes into x, and is told. */
static int
compare(struct import *m, const struct device *d, struct device_edit *x)
{
	/* An export has the name that the device says, too. */
	if (has(m, FLEET_NAME) && !str_eq(d->name, m->l.d.name) &&
	    (d->name_set || m->l.d.name.len > 0)) {
		tell(m, FLEET_NAME, d->name, m->l.d.name);
		x->name = &m->l.d.name;
	}
	if (d->domain_id != m->l.d.domain) {
		tell(m, FLEET_DOMAIN, domain_name(m, d->domain_id),
		    domain_name(m, m->l.d.domain));
		x->domain = &m->l.d.domain;
	}
	if (m->l.d.type != DEVICE_UNKNOWN && d->type != m->l.d.type) {
		tell(m, FLEET_TYPE, str_of(device_type_name(d->type)),
		    str_of(device_type_name(m->l.d.type)));
		x->type = &m->l.d.type;
	}
	if (has(m, FLEET_OWNER) && d->owner != m->l.owner) {
		tell(m, FLEET_OWNER, owner_name(m, d->owner),
		    owner_name(m, m->l.owner));
		x->owner = &m->l.owner;
	}
	return compare_categories(m, d, x);
}

static int
update(struct import *m, const struct device *d)
{
	struct device_edit x = {0};

	if (m->l.d.domain == 0 && d->domain_id != 0) {
		m->l.column = FLEET_DOMAIN;
		m->l.value = domain_name(m, d->domain_id);
		return err_say(m->q->err, ERR_INPUT,
		    "no domain: \"device unassign\" takes it out of its own");
	}
	m->l.column = FLEET__MAX;
	if (compare(m, d, &x) < 0)
		return -1;
	if (!device_edit_any(&x)) {
		m->in->same++;
		return 0;
	}
	m->in->changed++;
	return device_edit_inside(m->q, m->l.hw_id, &x);
}

static int
one_line(struct import *m, const struct str *fields, size_t n)
{
	struct device d;
	int rc;

	if (fleet_line_read(&m->l, fields, n) < 0)
		return -1;
	m->l.column = FLEET_HW_ID;
	m->l.value = m->l.hw_id;
	/* Of two lines none is what was meant. */
	if (hwid_set_add(&m->seen, m->l.hw_id) == HWID_THERE)
		return err_say(
		    m->q->err, ERR_EXISTS, "stands in an earlier line, too");
	rc = device_get(m->q, m->l.hw_id, &d);
	if (rc < 0)
		return -1;
	/* A row without a domain is taken over, unless it stays in none. */
	if (rc == 0 || d.id == 0 || (d.domain_id == 0 && m->l.d.domain != 0))
		return add(m);
	if (m->in->update)
		return update(m, &d);
	return err_say(m->q->err, ERR_EXISTS,
	    d.domain_id != 0 ? "device is in a domain" : "device is there");
}

/* All lines; -1 for a failure that is no mistake. */
static int
all_lines(struct import *m)
{
	struct str fields[CSV_FIELDS_MAX];
	size_t n;
	int rc;

	for (;;) {
		struct arena_mark mark = arena_mark(m->q->arena);

		rc = csv_next(&m->csv, m->q->arena, fields, &n);
		if (rc == 0)
			break;
		if (rc < 0) {
			m->l.column = FLEET__MAX;
			m->l.hw_id = m->l.value = str_n("", 0);
			complain(m, "broken line: quote or too many fields");
			break;
		}
		if (one_line(m, fields, n) < 0) {
			if (!device_is_mistake(m->q->err))
				return -1;
			complain(m, m->q->err->say);
		}
		change_forget(m->q);
		arena_reset(m->q->arena, mark);
	}
	return 0;
}

/* ---- the whole ---- */

static int
import_inside(struct import *m)
{
	const struct fleet_import *in = m->in;
	char hash[CRYPTO_HEX_MAX];
	struct audit_row row = {.what = "import.devices"};

	if (read_header(m) == 0 && all_lines(m) < 0)
		return -1;
	if (in->mistakes > 0)
		return err_say(m->q->err, ERR_INPUT, "file has mistakes");
	crypto_join_hex(CRYPTO_SHA256, '\0', &in->text, 1, hash);
	row.detail = PAIRS(P_INT("devices", in->added), P_STRZ("sha256", hash));
	if (in->update)
		row.detail = PAIRS(P_INT("devices", in->added),
		    P_INT("changed", in->changed), P_STRZ("sha256", hash));
	return audit_add(m->q, &row);
}

/* At most so many records are in a text. */
static size_t
count_lines(struct str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n' || text.p[i] == '\r';
	return n;
}

int
fleet_import(struct ask *q, struct fleet_import *in)
{
	struct import m = {.q = q,
	    .in = in,
	    .l = {.q = q, .any_id = in->any_id, .column = FLEET__MAX}};
	int rc;

	in->added = in->changed = in->same = in->mistakes = 0;
	if (access_admin(q->who, q->err) < 0)
		return -1;
	if (in->text.len > FLEET_MAX ||
	    csv_open(&m.csv, q->arena, in->text) < 0)
		return err_say(q->err, ERR_LIMIT, "file too large");
	rc = hwid_set_open(&m.seen, count_lines(in->text)) < 0
		 ? err_say(q->err, ERR_LIMIT, "file too large")
		 : change_begin(q);
	/* All is checked by doing it. */
	if (rc == 0)
		rc = change_end_or_undo(q, import_inside(&m), in->dry);
	hwid_set_close(&m.seen);
	return rc;
}
