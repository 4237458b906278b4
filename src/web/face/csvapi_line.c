#include "csvapi_line.h"

#include "csv.h"
#include "must.h"

static void
next_cell(const struct csvapi_lines *l)
{
	buf_putc(l->out, ';');
}

static void
end_line(const struct csvapi_lines *l)
{
	buf_add(l->out, "\r\n", 2);
}

/* Text that might be taken for a number or a date. */
static void
quoted(const struct csvapi_lines *l, struct str s)
{
	if (s.len > 0)
		csv_quoted(l->out, s);
}

/* Text: names and hardware ids, which only look like numbers when they begin
 * as one. */
static void
text(const struct csvapi_lines *l, struct str s)
{
	if (str_span(s, STR_DIGITS, "") > 0)
		quoted(l, s);
	else
		csv_field(l->out, s);
}

void
csvapi_head(const struct csvapi_lines *l, bool overview)
{
	static const enum rental_column months[] = {
	    COLUMN_DOMAIN, COLUMN_MONTH, COLUMN_MONTHLY};
	size_t n = overview ? sizeof(months) / sizeof(months[0]) : COLUMN_MONTH;

	for (size_t i = 0; i < n; i++) {
		enum rental_column c =
		    overview ? months[i] : (enum rental_column)i;

		if (i > 0)
			next_cell(l);
		csv_field(l->out, str_of(l->words->column[c]));
	}
	end_line(l);
}

void
csvapi_row(const struct csvapi_lines *l, const struct ledger *x)
{
	const int64_t amounts[] = {x->monthly, x->amount, x->balance};

	must(x->what >= LEDGER_LOAD && x->what < LEDGER__MAX);
	locale_whole(x->number, l->out);
	next_cell(l);
	locale_date_time(l->locale, x->time, l->out);
	next_cell(l);
	text(l, x->domain);
	next_cell(l);
	text(l, x->gateway);
	next_cell(l);
	text(l, str_of(l->words->what[x->what]));
	next_cell(l);
	text(l, x->licence);
	next_cell(l);
	if (x->licence.len > 0)
		locale_whole(x->count, l->out);
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		next_cell(l);
		locale_amount(l->locale, amounts[i], l->out);
	}
	next_cell(l);
	if (x->end > 0)
		locale_date_time(l->locale, x->end, l->out);
	next_cell(l);
	quoted(l, x->reference);
	next_cell(l);
	if (x->what == LEDGER_CORRECT)
		text(l, x->note);
	end_line(l);
}

void
csvapi_month(const struct csvapi_lines *l, struct str domain, int64_t ms,
    int64_t monthly)
{
	text(l, domain);
	next_cell(l);
	locale_date(l->locale, ms, l->out);
	next_cell(l);
	locale_amount(l->locale, monthly, l->out);
	end_line(l);
}
