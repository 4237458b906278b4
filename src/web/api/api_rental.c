/* Messages about the rental of licences. */
#include "activation.h"
#include "api_table.h"
#include "hwid.h"
#include "ledger.h"
#include "licence.h"
#include "mail.h"
#include "rental.h"

/* ---- fields ---- */

enum { F_DOMAIN_ID, F_RENTAL_CHANGES, F_RENTAL_NUMBER };
enum { F_CORRECT_AMOUNT = 1, F_CORRECT_NOTE };
enum { F_RENTAL_REFERENCE = 1, F_RENTAL_RECIPIENTS, F_RENTAL_LANGUAGE };
enum { F_HISTORY_BEFORE = 1, F_HISTORY_LIMIT };
enum { F_ACTIVATION_KEY = 1 };
enum {
	F_LICENCE_NAME,
	F_LICENCE_TITLE,
	F_LICENCE_PRICE,
	F_LICENCE_HARDWARE,
	F_LICENCE_RETIRED
};
enum { F_HW_ID, F_WANT };

/* clang-format off */
static const struct field f_rental[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_RENTAL_CHANGES] = NEED_OBJECTS("changes", 1, RENTAL_CHANGES_MAX),
    [F_RENTAL_NUMBER] = NUMBER("number", 0, ID_MAX),
};

static const struct field f_correct[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_CORRECT_AMOUNT] = NEED_NUMBER("amount", -RENTAL_BALANCE_MAX, RENTAL_BALANCE_MAX),
    [F_CORRECT_NOTE] = NEED_TEXT("note", 1, LEDGER_NOTE_MAX),
};

static const struct field f_edit_rental[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_RENTAL_REFERENCE] = TEXT("invoiceReference", 0, RENTAL_REFERENCE_MAX),
    [F_RENTAL_RECIPIENTS] = TEXTS("recipients", 0, MAIL_ADDRESS_MAX),
    [F_RENTAL_LANGUAGE] = TEXT("language", RENTAL_LANGUAGE_LEN, RENTAL_LANGUAGE_LEN),
};

static const struct field f_domain_id[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
};

static const struct field f_history[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_HISTORY_BEFORE] = NUMBER("before", 1, ID_MAX),
    [F_HISTORY_LIMIT] = NUMBER("limit", 1, API_LIMIT_MAX),
};

static const struct field f_load_key[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_ACTIVATION_KEY] = NEED_TEXT("key", 1, ACTIVATION_KEY_MAX),
};

static const struct field f_set_licence[] = {
    [F_LICENCE_NAME] = NEED_TEXT("licence", 1, LICENCE_NAME_MAX),
    [F_LICENCE_TITLE] = NEED_TEXT("title", 1, LICENCE_TITLE_MAX),
    [F_LICENCE_PRICE] = NEED_NUMBER("price", 0, RENTAL_MONTHLY_MAX),
    [F_LICENCE_HARDWARE] = BOOL("hardware"),
    [F_LICENCE_RETIRED] = BOOL("retired"),
};

static const struct field f_want[] = {
    [F_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_WANT] = BOOL("want"),
};
/* clang-format on */

/* ---- the catalogue ---- */

static void
put_licence(struct jout *j, const void *element)
{
	const struct licence *k = element;

	jout_object(j, NULL);
	jout_str(j, "licence", k->name);
	jout_str(j, "title", k->title);
	jout_int(j, "price", k->price);
	jout_bool(j, "hardware", k->hardware);
	jout_bool(j, "retired", k->retired);
	jout_end(j);
}

static int
get_licences(struct call *c)
{
	struct api_all all = {
	    .size = sizeof(struct licence), .put = put_licence};
	struct licence *list;

	if (licence_list(&c->q, &list, &all.n) < 0)
		return -1;
	all.list = list;
	return api_list_all(c, "licences", &all);
}

static int
set_licence(struct call *c)
{
	const struct licence in = {.name = c->v[F_LICENCE_NAME].text,
	    .title = c->v[F_LICENCE_TITLE].text,
	    .price = c->v[F_LICENCE_PRICE].number,
	    .hardware = c->v[F_LICENCE_HARDWARE].truth,
	    .retired = c->v[F_LICENCE_RETIRED].truth};

	return licence_set(&c->q, &in) < 0 ? -1 : api_done(c);
}

/* ---- a project ---- */

static void
put_recipients(struct jout *j, struct str list)
{
	struct str one;

	jout_array(j, "recipients");
	while (list.len > 0 && str_next(&list, ',', &one))
		jout_str(j, NULL, one);
	jout_end(j);
}

static int
get_rental(struct call *c)
{
	struct jout *j = &c->reply->j;
	struct project p;

	if (rental_get(&c->q, c->v[F_DOMAIN_ID].number, &p) < 0)
		return -1;
	reply_open(c->reply);
	jout_object(j, "rental");
	jout_int(j, "domainId", p.domain_id);
	jout_int(j, "balance", p.balance);
	jout_int(j, "costPerMonth", p.monthly);
	jout_int(j, "end", p.end);
	jout_str(j, "invoiceReference", p.reference);
	put_recipients(j, p.recipients);
	jout_str(j, "language", p.language);
	jout_int(j, "number", p.number);
	jout_end(j);
	reply_close(c->reply);
	return 0;
}

static void
put_one(struct jout *j, const struct rented *r)
{
	jout_object(j, NULL);
	jout_str(j, "hwId", r->hw_id);
	jout_str(j, "licence", r->licence);
	jout_str(j, "title", r->title);
	jout_bool(j, "hardware", r->hardware);
	jout_int(j, "count", r->count);
	jout_int(j, "price", r->price);
	jout_end(j);
}

/*
 * The place of a list is two numbers, that of what is rented a device and a
 * name: at.after is the device, at.part says how many of its licences came
 * before.
 */
static int
seek(struct call *c, struct rented **list, size_t *n, size_t *from)
{
	struct rented at = {.device_id = c->cursor.at.after};
	int64_t domain = c->v[F_DOMAIN_ID].number;

	*from = (size_t)c->cursor.at.part;
	if (rental_rented(&c->q, domain, &at, list, n) < 0)
		return -1;
	while (*from >= *n && *n == RENTED_PAGE) {
		at = (*list)[*n - 1];
		*from -= *n;
		if (rental_rented(&c->q, domain, &at, list, n) < 0)
			return -1;
	}
	return 0;
}

static int
put_rented(struct call *c, bool *last)
{
	struct device_cursor *at = &c->cursor.at;
	struct rented *list;
	size_t n, from;

	if (seek(c, &list, &n, &from) < 0)
		return -1;
	for (size_t i = from; i < n; i++) {
		if (api_item(c))
			put_one(&c->reply->j, &list[i]);
		if (list[i].device_id != at->after)
			*at =
			    (struct device_cursor){.after = list[i].device_id};
		at->part++;
	}
	*last = n < RENTED_PAGE;
	return 0;
}

static int
get_rented_licences(struct call *c)
{
	struct project p;

	if (rental_get(&c->q, c->v[F_DOMAIN_ID].number, &p) < 0)
		return -1;
	return api_list(c, "licences", put_rented);
}

static int
edit_rental(struct call *c)
{
	const struct value *reference = &c->v[F_RENTAL_REFERENCE];
	const struct value *recipients = &c->v[F_RENTAL_RECIPIENTS];
	const struct value *language = &c->v[F_RENTAL_LANGUAGE];
	struct rental_edit in = {
	    .reference = reference->given ? &reference->text : NULL,
	    .language = language->given ? &language->text : NULL};
	struct str joined;
	struct buf b;
	int rc;

	buf_init(&b, API_MESSAGE_MAX);
	for (size_t i = 0; i < recipients->n; i++) {
		buf_puts(&b, i > 0 ? "," : "");
		buf_str(&b, recipients->texts[i]);
	}
	joined = buf_view(&b);
	if (recipients->given)
		in.recipients = &joined;
	rc = rental_edit(&c->q, c->v[F_DOMAIN_ID].number, &in);
	buf_fini(&b);
	return rc < 0 ? -1 : api_done(c);
}

/* ---- changes ---- */

static int
read_changes(struct call *c, struct rental_order *order)
{
	static const struct field fields[] = {
	    {"hwId", FIELD_TEXT, true, 1, 64},
	    {"licence", FIELD_TEXT, true, 1, LICENCE_NAME_MAX},
	    {"count", FIELD_NUMBER, true, 0, RENTAL_COUNT_MAX},
	};
	const struct value *given = &c->v[F_RENTAL_CHANGES];
	struct rental_change *list =
	    arena_array(c->q.arena, given->n, sizeof(*list));
	struct value v[3];

	if (list == NULL)
		return err_set(c->q.err, ERR_LIMIT, "no room for the changes");
	for (size_t i = 0; i < given->n; i++) {
		if (fields_read(c->q.arena, json_item(given->objects, i),
			fields, 3, v) != NULL)
			return err_say(
			    c->q.err, ERR_INPUT, "invalid value in changes");
		list[i] =
		    (struct rental_change){v[0].text, v[1].text, v[2].number};
	}
	*order = (struct rental_order){.domain_id = c->v[F_DOMAIN_ID].number,
	    .number =
		c->v[F_RENTAL_NUMBER].given ? c->v[F_RENTAL_NUMBER].number : -1,
	    .changes = list,
	    .nchanges = given->n};
	return 0;
}

static void
put_side(struct jout *j, const char *name, const struct project *p)
{
	jout_object(j, name);
	jout_int(j, "balance", p->balance);
	jout_int(j, "costPerMonth", p->monthly);
	jout_int(j, "end", p->end);
	jout_int(j, "number", p->number);
	jout_end(j);
}

static int
change(
    struct call *c, int (*fn)(struct ask *q, const struct rental_order *order,
			struct rental_plan *out))
{
	struct jout *j = &c->reply->j;
	struct rental_order order;
	struct rental_plan plan;

	if (read_changes(c, &order) < 0 || fn(&c->q, &order, &plan) < 0)
		return -1;
	reply_open(c->reply);
	put_side(j, "before", &plan.before);
	put_side(j, "after", &plan.after);
	jout_int(j, "charge", plan.charge);
	reply_close(c->reply);
	return 0;
}

static int
preview_rental(struct call *c)
{
	return change(c, rental_preview);
}

static int
apply_rental(struct call *c)
{
	return change(c, rental_apply);
}

static int
load_activation_key(struct call *c)
{
	int64_t amount;

	if (rental_load(&c->q, c->v[F_DOMAIN_ID].number,
		c->v[F_ACTIVATION_KEY].text, &amount) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(&c->reply->j, "amount", amount);
	reply_close(c->reply);
	return 0;
}

static int
correct_rental(struct call *c)
{
	if (rental_correct(&c->q, c->v[F_DOMAIN_ID].number,
		c->v[F_CORRECT_AMOUNT].number, c->v[F_CORRECT_NOTE].text) < 0)
		return -1;
	return api_done(c);
}

static int
set_rental_want(struct call *c)
{
	if (rental_want(&c->q, c->v[F_HW_ID].text, c->v[F_WANT].truth) < 0)
		return -1;
	return api_done(c);
}

/* ---- the ledger ---- */

static void
put_row(struct jout *j, const struct ledger *x)
{
	jout_object(j, NULL);
	jout_int(j, "number", x->number);
	jout_int(j, "time", x->time);
	jout_str(j, "domain", x->domain);
	jout_str(j, "who", x->who);
	jout_strz(j, "what", ledger_what_name(x->what));
	jout_str(j, "hwId", x->gateway);
	jout_str(j, "licence", x->licence);
	jout_int(j, "count", x->count);
	jout_int(j, "price", x->price);
	jout_int(j, "costPerMonth", x->monthly);
	jout_int(j, "amount", x->amount);
	jout_int(j, "balance", x->balance);
	jout_int(j, "end", x->end);
	jout_str(j, "invoiceReference", x->reference);
	jout_str(j, "note", x->note);
	jout_end(j);
}

/* at.after: the number before which the next page begins; at.part: rows that
 * were written on earlier pages. */
static int
put_rows(struct call *c, bool *last)
{
	const struct value *limit = &c->v[F_HISTORY_LIMIT];
	struct device_cursor *at = &c->cursor.at;
	struct ledger *list;
	size_t n, wanted;

	if (at->after == 0 && c->v[F_HISTORY_BEFORE].given)
		at->after = c->v[F_HISTORY_BEFORE].number;
	if (ledger_back(&c->q, c->v[F_DOMAIN_ID].number, at->after, &list, &n) <
	    0)
		return -1;
	at->after = n > 0 ? list[n - 1].number : at->after;
	wanted = api_back(c, limit, (struct api_rows){n, LEDGER_PAGE}, last);
	for (size_t i = 0; i < wanted; i++)
		if (api_item(c))
			put_row(&c->reply->j, &list[i]);
	return 0;
}

static int
get_rental_history(struct call *c)
{
	struct project p;

	/* A domain that cannot be seen has no list. */
	if (rental_get(&c->q, c->v[F_DOMAIN_ID].number, &p) < 0)
		return -1;
	return api_list(c, "history", put_rows);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("ApplyRental"), CHANGES, FIELDS(f_rental), .run = apply_rental},
    {ADMIN("CorrectRental"), CHANGES, FIELDS(f_correct), .run = correct_rental},
    {LOGIN("EditRental"), CHANGES, FIELDS(f_edit_rental), .run = edit_rental},
    {LOGIN("GetLicences"), READS, LIST("licences"), .run = get_licences},
    {LOGIN("GetRental"), READS, FIELDS(f_domain_id), .run = get_rental},
    {LOGIN("GetRentalHistory"), READS, LIST("history"), FIELDS(f_history), .run = get_rental_history},
    {LOGIN("GetRentedLicences"), READS, LIST("licences"), FIELDS(f_domain_id), .run = get_rented_licences},
    {LOGIN("LoadActivationKey"), CHANGES, FIELDS(f_load_key), .run = load_activation_key},
    {LOGIN("PreviewRental"), READS, FIELDS(f_rental), .run = preview_rental},
    {ADMIN("SetLicence"), CHANGES, FIELDS(f_set_licence), .run = set_licence},
    {ADMIN("SetRentalWant"), CHANGES, FIELDS(f_want), .run = set_rental_want},
};
/* clang-format on */

const struct api_table api_rental = {messages, COUNT(messages)};
