#include "listing.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "isc.h"
#include "must.h"
#include "term.h"

#define LINE_MAX_BYTES 65536

static void
put_line(struct listing *l)
{
	while (l->line.len > 0 && l->line.data[l->line.len - 1] == ' ')
		l->line.len--;
	buf_putc(&l->line, '\n');
	if (l->out.put(l->out.arg, l->line.data, l->line.len) < 0)
		l->json.failed = true;
	buf_fini(&l->line);
}

/* Add a cell to the line, padded to its column. */
static void
put_cell(struct listing *l, struct str v)
{
	size_t width = (size_t)l->columns[l->at].width;

	for (size_t seen = term_put(&l->line, v); seen < width; seen++)
		buf_putc(&l->line, ' ');
	buf_puts(&l->line, "  ");
}

void
listing_open(struct listing *l, const struct listing_column *columns, size_t n,
    bool as_json, struct sink out)
{
	char upper[64];

	memset(l, 0, sizeof(*l));
	l->columns = columns;
	l->ncolumns = n;
	l->as_json = as_json;
	l->out = out;
	buf_init(&l->line, LINE_MAX_BYTES);
	jout_init(&l->json, out);
	if (as_json) {
		jout_array(&l->json, NULL);
		return;
	}
	for (l->at = 0; l->at < n; l->at++) {
		str_copy(upper, sizeof(upper), str_of(columns[l->at].name));
		for (char *p = upper; *p != '\0'; p++)
			*p = (char)toupper((unsigned char)*p);
		put_cell(l, str_of(upper));
	}
	put_line(l);
	l->at = 0;
}

/* Name of the cell that comes now; opens the row's object at the first. */
static const char *
json_cell(struct listing *l)
{
	if (l->at == 0)
		jout_object(&l->json, NULL);
	return l->columns[l->at].name;
}

static void
cell_done(struct listing *l)
{
	if (++l->at < l->ncolumns)
		return;
	if (l->as_json)
		jout_end(&l->json);
	else
		put_line(l);
	l->at = 0;
}

void
listing_text(struct listing *l, struct str v)
{
	if (l->as_json)
		jout_str(&l->json, json_cell(l), v);
	else
		put_cell(l, v.len ? v : STR("-"));
	cell_done(l);
}

void
listing_textz(struct listing *l, const char *v)
{
	listing_text(l, str_of(v ? v : ""));
}

void
listing_int(struct listing *l, int64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)v);
	if (l->as_json)
		jout_int(&l->json, json_cell(l), v);
	else
		put_cell(l, str_of(text));
	cell_done(l);
}

void
listing_bool(struct listing *l, bool v)
{
	if (l->as_json)
		jout_bool(&l->json, json_cell(l), v);
	else
		put_cell(l, v ? STR("yes") : STR("no"));
	cell_done(l);
}

void
listing_time(struct listing *l, int64_t ms)
{
	char text[CLOCK_ISO_SIZE] = "-";

	if (ms > 0)
		clock_iso(ms, text);
	if (l->as_json)
		jout_int(&l->json, json_cell(l), ms);
	else
		put_cell(l, str_of(text));
	cell_done(l);
}

void
listing_isc(struct listing *l, int64_t amount)
{
	char text[ISC_SIZE];

	isc_print(amount, text);
	if (l->as_json)
		jout_int(&l->json, json_cell(l), amount);
	else
		put_cell(l, str_of(text));
	cell_done(l);
}

int
listing_close(struct listing *l)
{
	must(l->at == 0);
	if (l->as_json) {
		jout_end(&l->json);
		if (l->out.put(l->out.arg, "\n", 1) < 0)
			l->json.failed = true;
	}
	return l->json.failed ? -1 : 0;
}
