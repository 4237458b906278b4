/* Devices written as CSV (fleet.h). */
#include "account.h"
#include "clock.h"
#include "csv.h"
#include "device.h"
#include "domain.h"
#include "fleet.h"
#include "fleet_column.h"
#include "net.h"

#define CELL_MAX 4096
#define LINE_MAX (4 * CELL_MAX)

struct export
{
	struct ask *q;
	const struct fleet_export *x;
	enum fleet_column columns[FLEET__MAX];
	size_t n;
};

/* Who writes may know why he cannot. */
static int
send(const struct export *e, const struct buf *text)
{
	struct sink out = e->x->out;

	e->q->err->kind = ERR_NONE;
	if (text->len == 0 || out.put(out.arg, text->data, text->len) == 0)
		return 0;
	return e->q->err->kind != ERR_NONE
		   ? -1
		   : err_set(e->q->err, ERR_IO, "the receiver is gone");
}

/* ---- cells ---- */

/* Before all but the first of several values. */
static void
put_bar(struct buf *cell)
{
	if (cell->len > 0)
		buf_putc(cell, '|');
}

static int
put_categories(struct ask *q, const struct device *d, struct buf *cell)
{
	const struct str *names;
	size_t n;

	if (device_categories(q, d, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		put_bar(cell);
		buf_str(cell, names[i]);
	}
	return 0;
}

static void
put_one(struct buf *cell, struct str address)
{
	if (address.len == 0)
		return;
	put_bar(cell);
	buf_str(cell, address);
}

static int
put_ipv4(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	for (size_t i = 0; i < d->nifs; i++)
		put_one(cell, d->ifs[i].ipv4);
	return 0;
}

static int
put_ipv6(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	for (size_t i = 0; i < d->nifs; i++)
		put_one(cell, d->ifs[i].ipv6);
	return 0;
}

static int
put_addresses(struct ask *q, const struct device *d, struct buf *cell)
{
	return put_ipv4(q, d, cell) < 0 ? -1 : put_ipv6(q, d, cell);
}

static int
put_domain(struct ask *q, const struct device *d, struct buf *cell)
{
	struct domain in = {0};

	if (d->domain_id != 0 && domain_get(q, d->domain_id, &in) < 0)
		return -1;
	buf_str(cell, in.name);
	return 0;
}

static int
put_owner(struct ask *q, const struct device *d, struct buf *cell)
{
	struct account a = {0};

	if (d->owner > 0 && account_get(q, d->owner, &a) < 0)
		return -1;
	buf_str(cell, a.name);
	return 0;
}

static int
put_hw_id(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	buf_str(cell, d->hw_id);
	return 0;
}

static int
put_name(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	buf_str(cell, d->name);
	return 0;
}

static int
put_type(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	buf_puts(cell, device_type_name(d->type));
	return 0;
}

static int
put_product(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	buf_str(cell, d->product);
	return 0;
}

static int
put_version(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	buf_str(cell, d->version);
	return 0;
}

static int
put_id(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	buf_printf(cell, "%lld", (long long)d->id);
	return 0;
}

static int
put_online(struct ask *q, const struct device *d, struct buf *cell)
{
	(void)q;
	buf_puts(cell, d->online ? "yes" : "no");
	return 0;
}

static int
put_since(struct ask *q, const struct device *d, struct buf *cell)
{
	char text[CLOCK_ISO_SIZE] = "";

	(void)q;
	if (d->since > 0)
		clock_iso(d->since, text);
	buf_puts(cell, text);
	return 0;
}

/* None: nobody may ask for it. */
static int (*const put[FLEET__MAX])(
    struct ask *q, const struct device *d, struct buf *cell) = {
    [FLEET_HW_ID] = put_hw_id,
    [FLEET_NAME] = put_name,
    [FLEET_DOMAIN] = put_domain,
    [FLEET_CATEGORIES] = put_categories,
    [FLEET_TYPE] = put_type,
    [FLEET_PRODUCT] = put_product,
    [FLEET_OWNER] = put_owner,
    [FLEET_ID] = put_id,
    [FLEET_VERSION] = put_version,
    [FLEET_IPV4] = put_ipv4,
    [FLEET_IPV6] = put_ipv6,
    [FLEET_ADDRESSES] = put_addresses,
    [FLEET_ONLINE] = put_online,
    [FLEET_SINCE] = put_since,
};

/* ---- lines ---- */

static int
put_line(struct export *e, const struct device *d, struct buf *line)
{
	struct buf cell;
	int rc = 0;

	buf_init(&cell, CELL_MAX);
	for (size_t i = 0; rc == 0 && i < e->n; i++) {
		if (i > 0)
			buf_putc(line, ',');
		buf_clear(&cell);
		rc = put[e->columns[i]](e->q, d, &cell);
		csv_field(line, buf_view(&cell));
	}
	buf_putc(line, '\n');
	buf_fini(&cell);
	return rc;
}

static int
put_page(struct export *e, const struct device_page *page)
{
	struct buf text;
	int rc = 0;

	buf_init(&text, DEVICE_PAGE * LINE_MAX);
	for (size_t i = 0; rc == 0 && i < page->n; i++)
		if (page->list[i].id != 0) /* a claim is no device */
			rc = put_line(e, &page->list[i], &text);
	if (rc == 0)
		rc = send(e, &text);
	buf_fini(&text);
	return rc;
}

static int
put_head(struct export *e)
{
	struct buf head;
	int rc;

	buf_init(&head, LINE_MAX);
	for (size_t i = 0; i < e->n; i++)
		buf_printf(&head, "%s%s", i > 0 ? "," : "",
		    fleet_column_name(e->columns[i]));
	buf_putc(&head, '\n');
	rc = send(e, &head);
	buf_fini(&head);
	return rc;
}

/* ---- the whole ---- */

static int
choose_columns(struct export *e)
{
	const struct fleet_export *x = e->x;

	if (x->ncolumns == 0) {
		for (int i = 0; i <= FLEET_PRODUCT; i++)
			e->columns[e->n++] = (enum fleet_column)i;
		return 0;
	}
	for (size_t i = 0; i < x->ncolumns; i++) {
		enum fleet_column col = fleet_column_parse(x->columns[i]);

		if (col == FLEET__MAX || put[col] == NULL)
			return err_set(e->q->err, ERR_INPUT,
			    "there is no column \"%.*s\" to export",
			    (int)(x->columns[i].len < 60 ? x->columns[i].len
							 : 60),
			    x->columns[i].p);
		if (e->n == FLEET__MAX)
			return err_say(
			    e->q->err, ERR_LIMIT, "too many columns");
		e->columns[e->n++] = col;
	}
	return 0;
}

int
fleet_export(struct ask *q, const struct fleet_export *x)
{
	struct device_filter f = {.assigned = true,
	    .unassigned = x->ndomains == 0,
	    .domains = x->domains,
	    .ndomains = x->ndomains};
	struct export e = {.q = q, .x = x};
	struct device_cursor at = {0};
	struct device_page page = {0};

	if (choose_columns(&e) < 0 || put_head(&e) < 0)
		return -1;
	while (!page.last) {
		struct arena_mark m = arena_mark(q->arena);

		if (device_list(q, &f, &at, &page) < 0 ||
		    put_page(&e, &page) < 0)
			return -1;
		arena_reset(q->arena, m);
	}
	return 0;
}
