/*
 * Many phones from a table: CSV with a line of names first.
 *
 *	mac;domain;type;name;from;sip_user.0;sip_password.0
 *
 * mac and domain are needed; type, of a phone that does not wait; from opens its
 * first window for that address.  Every other column is a setting of the phone's
 * own layer.  A phone that is there already only gets its settings.  A line that
 * cannot be is told and left out, the others count: what was imported once can be
 * imported again.
 */
#include "cli.h"
#include "csv.h"
#include "phone.h"
#include "phone_id.h"
#include "phone_layer.h"
#include "phone_type.h"
#include "phone_wait.h"
#include "phone_window.h"

#define FILE_MAX_BYTES ((size_t)16 << 20)

enum column {
	COLUMN_MAC,
	COLUMN_DOMAIN,
	COLUMN_TYPE,
	COLUMN_NAME,
	COLUMN_FROM,
	COLUMN__MAX
};

struct import {
	struct cli *cli;
	struct phone_types types;
	struct str names[CSV_FIELDS_MAX]; /* of the columns */
	size_t nnames;
	struct str fields[CSV_FIELDS_MAX]; /* of a line */
	size_t n;
};

static const char *const columns[COLUMN__MAX] = {
    "mac", "domain", "type", "name", "from"};

static bool
is_column(struct str name)
{
	for (int i = 0; i < COLUMN__MAX; i++)
		if (str_eqz(name, columns[i]))
			return true;
	return false;
}

/* The field of a line; empty if there is none. */
static struct str
field(const struct import *m, enum column c)
{
	for (size_t i = 0; i < m->nnames && i < m->n; i++)
		if (str_eqz(m->names[i], columns[c]))
			return str_trim(csv_value(m->fields[i]));
	return STR("");
}

static int
read_names(struct import *m, struct csv *csv)
{
	struct err *e = m->cli->err;
	struct phone_setting_at of;

	if (csv_next(csv, &m->cli->arena, m->names, &m->nnames) <= 0)
		return err_set(e, ERR_INPUT, "no table");
	for (size_t i = 0; i < m->nnames; i++) {
		m->names[i] = str_trim(m->names[i]);
		if (!is_column(m->names[i]) &&
		    !phone_setting_read(m->names[i], &of))
			return err_set(e, ERR_INPUT,
			    "column %zu is neither mac, domain, type, name, "
			    "from nor a setting",
			    i + 1);
	}
	return 0;
}

/* ---- a line ---- */

/* It waits, or is new. */
static int
bring_in(const struct import *m, struct str mac)
{
	struct ask *q = &m->cli->ask;
	struct phone_new in = {.mac = mac, .name = field(m, COLUMN_NAME)};
	struct str domain = field(m, COLUMN_DOMAIN);
	struct waiting_phone w;
	struct domain d;
	int64_t ports;
	int rc = phone_wait_get(q, mac, &w);

	if (rc < 0 ||
	    cli_domain(m->cli, arena_str(&m->cli->arena, domain), &d) < 0)
		return -1;
	if (rc > 0)
		return phone_promote(q, mac, d.id, &ports);
	in.domain = d.id;
	in.type = phone_type_find(&m->types, field(m, COLUMN_TYPE));
	return in.type != NULL
		   ? phone_add(q, &in)
		   : err_set(q->err, ERR_GONE, "no such type of phones");
}

static int
set_all(const struct import *m, struct str mac)
{
	struct phone_change list[CSV_FIELDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < m->n && i < m->nnames; i++) {
		struct str value = str_trim(csv_value(m->fields[i]));

		if (!is_column(m->names[i]) && value.len > 0)
			list[n++] = (struct phone_change){m->names[i], value};
	}
	return n > 0 ? phone_layer_set(&m->cli->ask, mac, list, n) : 0;
}

static int
open_window(const struct import *m, struct str mac)
{
	struct phone_opening in = {.mac = mac,
	    .minutes = PHONE_WINDOW_MINUTES,
	    .from = field(m, COLUMN_FROM)};
	struct served_phone p;

	return in.from.len > 0 ? phone_window_set(&m->cli->ask, &in, &p) : 0;
}

static int
take_line(const struct import *m)
{
	struct ask *q = &m->cli->ask;
	char mac[PHONE_MAC_SIZE];
	struct served_phone p;
	int rc;

	if (!phone_mac_read(field(m, COLUMN_MAC), mac))
		return err_set(q->err, ERR_INPUT, "no MAC address");
	rc = phone_served(q, str_of(mac), &p);
	if (rc == 0)
		rc = bring_in(m, str_of(mac));
	return rc < 0 || set_all(m, str_of(mac)) < 0
		   ? -1
		   : open_window(m, str_of(mac));
}

static int
take_lines(struct import *m, struct csv *csv)
{
	struct arena *a = &m->cli->arena;
	int64_t good = 0, bad = 0;
	int rc;

	for (;;) {
		struct arena_mark mark = arena_mark(a);

		rc = csv_next(csv, a, m->fields, &m->n);
		if (rc <= 0)
			break;
		if (take_line(m) == 0) {
			good++;
		} else {
			bad++;
			fprintf(stderr, "line %lld: %s\n", (long long)csv->line,
			    m->cli->err->text);
		}
		arena_reset(a, mark);
	}
	cli_printf(m->cli, "%s imported\n", cli_count(m->cli, good, "phone"));
	if (rc < 0)
		return err_set(m->cli->err, ERR_INPUT, "line %lld is broken",
		    (long long)csv->line);
	return bad == 0 ? 0
			: err_set(m->cli->err, ERR_INPUT, "%s left out",
			      cli_count(m->cli, bad, "line"));
}

static int
run_import(struct cli *cli, const struct opts *o)
{
	struct import m = {.cli = cli};
	struct str text;
	struct csv csv;

	if (cli_read_file(cli, o->words[0], FILE_MAX_BYTES, &text) < 0 ||
	    phone_types_load(
		&cli->arena, cli->conf.templates, &m.types, cli->err) < 0)
		return -1;
	if (csv_open(&csv, &cli->arena, text) < 0)
		return err_set(cli->err, ERR_LIMIT, "the table is too long");
	return read_names(&m, &csv) < 0 ? -1 : take_lines(&m, &csv);
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};

const struct cli_command cmd_phone_import[] = {
    {"phone", "import", "FILE", {none, 1, 1}, CLI_STORE, run_import,
	"add or promote the phones of a table, with their settings"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
