/* Commands about the rental of licences: catalogue, projects, keys, ledger. */
#include <string.h>

#include "cli.h"
#include "clock.h"
#include "domain.h"
#include "isc.h"
#include "licence.h"
#include "num.h"
#include "rental.h"
#include "term.h"

#define KEYS_MAX 1000 /* of one command */

static int
read_isc(struct cli *cli, const char *text, int64_t *out)
{
	if (!isc_parse(
		str_of(text), -RENTAL_BALANCE_MAX, RENTAL_BALANCE_MAX, out))
		return err_set(
		    cli->err, ERR_INPUT, "\"%.40s\" is no amount of iSC", text);
	return 0;
}

/* ---- the catalogue ---- */

static int
run_licence_list(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"name", 24},
	    {"price", 12}, {"hardware", 8}, {"retired", 8}, {"title", 0}};
	struct licence *list;
	struct listing l;
	size_t n;

	if (licence_list(&cli->ask, &list, &n) < 0)
		return -1;
	listing_open(&l, columns, 5, opts_has(o, "json"), cli->out);
	for (size_t i = 0; i < n; i++) {
		listing_text(&l, list[i].name);
		listing_isc(&l, list[i].price);
		listing_bool(&l, list[i].hardware);
		listing_bool(&l, list[i].retired);
		listing_text(&l, list[i].title);
	}
	return listing_close(&l);
}

/* What is not given stays as it is; a new licence needs title and price. */
static int
run_licence_set(struct cli *cli, const struct opts *o)
{
	const char *title = opts_get(o, "title");
	const char *price = opts_get(o, "price");
	const char *retired = opts_get(o, "retired");
	struct licence l = {.name = str_of(o->words[0])};
	int rc = licence_get(&cli->ask, l.name, &l);

	if (rc < 0)
		return -1;
	if (rc == 0 && (title == NULL || price == NULL))
		return err_set(cli->err, ERR_INPUT,
		    "a new licence needs --title and --price");
	if (title != NULL)
		l.title = str_of(title);
	if (price != NULL && read_isc(cli, price, &l.price) < 0)
		return -1;
	if (retired != NULL && cli_yes_no(retired, &l.retired, cli->err) < 0)
		return -1;
	if (opts_has(o, "hardware"))
		l.hardware = true;
	return licence_set(&cli->ask, &l);
}

/* ---- one project ---- */

static void
print_amount(struct cli *cli, const char *name, int64_t amount)
{
	char text[ISC_SIZE];

	isc_print(amount, text);
	cli_printf(cli, "%-18s %s\n", name, text);
}

static void
print_time(struct cli *cli, const char *name, int64_t ms)
{
	char text[CLOCK_ISO_SIZE] = "-";

	if (ms > 0)
		clock_iso(ms, text);
	cli_printf(cli, "%-18s %s\n", name, text);
}

static void
print_text(struct cli *cli, const char *name, struct str v)
{
	cli_printf(cli, "%-18s %s\n", name, term_text(&cli->arena, v));
}

static void
print_project(struct cli *cli, const struct project *p)
{
	print_text(cli, "domain", p->domain);
	print_amount(cli, "balance", p->balance);
	print_amount(cli, "cost per month", p->monthly);
	print_time(cli, "end", p->end);
	print_text(cli, "invoice reference", p->reference);
	print_text(cli, "recipients", p->recipients);
	print_text(cli, "language", p->language);
	cli_printf(cli, "%-18s %lld\n", "ledger rows", (long long)p->number);
}

static void
project_json(struct jout *j, const struct project *p)
{
	jout_int(j, "domainId", p->domain_id);
	jout_str(j, "domain", p->domain);
	jout_int(j, "balance", p->balance);
	jout_int(j, "costPerMonth", p->monthly);
	jout_int(j, "end", p->end);
	jout_str(j, "invoiceReference", p->reference);
	jout_str(j, "recipients", p->recipients);
	jout_str(j, "language", p->language);
	jout_int(j, "number", p->number);
}

static int
show_json(struct cli *cli, const struct project *p)
{
	struct jout j;

	jout_init(&j, cli->out);
	jout_object(&j, NULL);
	project_json(&j, p);
	jout_end(&j);
	cli_printf(cli, "\n");
	return jout_failed(&j) ? -1 : 0;
}

/* What runs in the project, as a listing. */
static int
list_rented(struct cli *cli, int64_t domain_id, bool as_json)
{
	static const struct listing_column columns[] = {{"hwId", 14},
	    {"licence", 24}, {"count", 8}, {"price", 12}, {"title", 0}};
	struct rented *page, last;
	struct listing l;
	size_t n = 0;

	listing_open(&l, columns, 5, as_json, cli->out);
	do {
		if (rental_rented(&cli->ask, domain_id, n > 0 ? &last : NULL,
			&page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			last = page[i];
			listing_text(&l, last.hw_id);
			listing_text(&l, last.licence);
			listing_int(&l, last.count);
			listing_isc(&l, last.price);
			listing_text(&l, last.title);
		}
	} while (n == RENTED_PAGE);
	return listing_close(&l);
}

static int
run_show(struct cli *cli, const struct opts *o)
{
	struct project p;
	struct domain d;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    rental_get(&cli->ask, d.id, &p) < 0)
		return -1;
	if (opts_has(o, "json"))
		return show_json(cli, &p);
	print_project(cli, &p);
	cli_printf(cli, "\n");
	return list_rented(cli, d.id, false);
}

static int
run_rented(struct cli *cli, const struct opts *o)
{
	struct domain d;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	return list_rented(cli, d.id, opts_has(o, "json"));
}

static int
run_set(struct cli *cli, const struct opts *o)
{
	const char *reference = opts_get(o, "invoice-reference");
	const char *recipients = opts_get(o, "recipients");
	const char *language = opts_get(o, "language");
	struct str r = str_of(reference), m = str_of(recipients);
	struct str l = str_of(language);
	struct rental_edit in = {reference != NULL ? &r : NULL,
	    recipients != NULL ? &m : NULL, language != NULL ? &l : NULL};
	struct domain d;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	return rental_edit(&cli->ask, d.id, &in);
}

/* ---- changes ---- */

static int
read_order(struct cli *cli, const struct opts *o, struct rental_change *x,
    struct rental_order *order)
{
	struct domain d;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	x->hw_id = str_of(o->words[1]);
	x->licence = str_of(o->words[2]);
	if (!num_parse(str_of(o->words[3]), 0, RENTAL_COUNT_MAX, &x->count))
		return err_set(cli->err, ERR_INPUT, "COUNT is a number");
	*order = (struct rental_order){
	    .domain_id = d.id, .number = -1, .changes = x, .nchanges = 1};
	return 0;
}

static void
print_plan(struct cli *cli, const struct rental_plan *plan)
{
	print_amount(cli, "cost per month", plan->after.monthly);
	print_amount(cli, "cost before", plan->before.monthly);
	print_amount(cli, "charged today", plan->charge);
	print_amount(cli, "balance", plan->after.balance);
	print_time(cli, "end", plan->after.end);
	print_text(cli, "sent to gateways",
	    STR("nothing: licences are installed there by hand"));
}

typedef int order_fn(
    struct ask *q, const struct rental_order *order, struct rental_plan *out);

static int
run_order(struct cli *cli, const struct opts *o, order_fn *fn)
{
	struct rental_change x;
	struct rental_order order;
	struct rental_plan plan;

	if (read_order(cli, o, &x, &order) < 0 ||
	    fn(&cli->ask, &order, &plan) < 0)
		return -1;
	print_plan(cli, &plan);
	return 0;
}

static int
run_preview(struct cli *cli, const struct opts *o)
{
	return run_order(cli, o, rental_preview);
}

static int
run_apply(struct cli *cli, const struct opts *o)
{
	return run_order(cli, o, rental_apply);
}

static int
run_load(struct cli *cli, const struct opts *o)
{
	char text[ISC_SIZE];
	int64_t amount;
	struct domain d;
	struct str key;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    cli_password_file(cli, opts_get(o, "key-file"), &key) < 0 ||
	    rental_load(&cli->ask, d.id, key, &amount) < 0)
		return -1;
	isc_print(amount, text);
	cli_printf(cli, "%s iSC loaded\n", text);
	return 0;
}

static int
run_correct(struct cli *cli, const struct opts *o)
{
	int64_t amount;
	struct domain d;

	if (cli_domain(cli, o->words[0], &d) < 0 ||
	    read_isc(cli, o->words[1], &amount) < 0)
		return -1;
	return rental_correct(
	    &cli->ask, d.id, amount, str_of(opts_get(o, "note")));
}

static int
run_want(struct cli *cli, const struct opts *o)
{
	bool want;

	if (cli_yes_no(o->words[1], &want, cli->err) < 0)
		return -1;
	return rental_want(&cli->ask, str_of(o->words[0]), want);
}

static int
run_key_new(struct cli *cli, const struct opts *o)
{
	const char *count = opts_get(o, "count");
	char key[ACTIVATION_SIZE];
	int64_t amount, n = 1;

	if (read_isc(cli, o->words[0], &amount) < 0)
		return -1;
	if (count != NULL && !num_parse(str_of(count), 1, KEYS_MAX, &n))
		return err_set(
		    cli->err, ERR_INPUT, "--count is 1 to %d", KEYS_MAX);
	for (; n > 0; n--) {
		if (rental_key(&cli->ask, amount, key) < 0)
			return -1;
		cli_printf(cli, "%s\n", key);
	}
	explicit_bzero(key, sizeof(key));
	return 0;
}

static int
run_settle(struct cli *cli, const struct opts *o)
{
	int64_t rows;

	(void)o;
	if (rental_settle_all(&cli->ask, &rows) < 0)
		return -1;
	cli_printf(cli, "%s\n", cli_count(cli, rows, "row"));
	return 0;
}

/* ---- the ledger ---- */

static void
ledger_row(struct listing *l, const struct ledger *x)
{
	listing_int(l, x->number);
	listing_time(l, x->time);
	listing_text(l, x->who);
	listing_textz(l, ledger_what_name(x->what));
	listing_text(l, x->gateway);
	listing_text(l, x->licence);
	listing_int(l, x->count);
	listing_isc(l, x->monthly);
	listing_isc(l, x->amount);
	listing_isc(l, x->balance);
	listing_time(l, x->end);
	listing_text(l, x->reference);
	listing_text(l, x->note);
}

static int
run_history(struct cli *cli, const struct opts *o)
{
	static const struct listing_column columns[] = {{"number", 7},
	    {"time", 24}, {"who", 12}, {"what", 8}, {"gateway", 14},
	    {"licence", 16}, {"count", 6}, {"costPerMonth", 12}, {"amount", 12},
	    {"balance", 12}, {"end", 24}, {"invoiceReference", 16},
	    {"note", 0}};
	struct ledger_cursor at = {.until = INT64_MAX};
	struct ledger *page;
	struct listing l;
	struct domain d;
	size_t n;

	if (cli_domain(cli, o->words[0], &d) < 0)
		return -1;
	at.domain_id = d.id;
	listing_open(&l, columns, 13, opts_has(o, "json"), cli->out);
	do {
		struct arena_mark m = arena_mark(&cli->arena);

		if (ledger_page(&cli->ask, &at, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			ledger_row(&l, &page[i]);
		arena_reset(&cli->arena, m);
	} while (n == LEDGER_PAGE);
	return listing_close(&l);
}

static void
say(void *arg, const char *line)
{
	cli_printf(arg, "%s\n", line);
}

static int
run_verify(struct cli *cli, const struct opts *o)
{
	struct rental_check check = {.finding = say, .head = say, .arg = cli};
	struct domain d;
	int n;

	if (o->nwords > 0) {
		if (cli_domain(cli, o->words[0], &d) < 0)
			return -1;
		check.domain_id = d.id;
	}
	n = rental_verify(&cli->ask, &check);
	if (n > 0)
		return err_set(
		    cli->err, ERR_IO, "%s", cli_count(cli, n, "finding"));
	if (n == 0)
		cli_printf(cli, "ok\n");
	return n;
}

static const struct opt_spec none[] = {{NULL, NULL, 0}};
static const struct opt_spec json_only[] = {{"json", NULL, 0}, {NULL, NULL, 0}};
static const struct opt_spec licence_options[] = {{"title", "TEXT", 0},
    {"price", "ISC", 0}, {"hardware", NULL, 0}, {"retired", "yes|no", 0},
    {NULL, NULL, 0}};
static const struct opt_spec set_options[] = {{"invoice-reference", "TEXT", 0},
    {"recipients", "ADDRESS,...", 0}, {"language", "LANGUAGE", 0},
    {NULL, NULL, 0}};
static const struct opt_spec load_options[] = {
    {"key-file", "FILE", OPT_MUST}, {NULL, NULL, 0}};
static const struct opt_spec correct_options[] = {
    {"note", "TEXT", OPT_MUST}, {NULL, NULL, 0}};
static const struct opt_spec key_options[] = {
    {"count", "N", 0}, {NULL, NULL, 0}};

const struct cli_command cmd_rental[] = {
    {"licence", "list", "", {json_only, 0, 0}, CLI_STORE, run_licence_list,
	"the catalogue: what can be rented, price per month"},
    {"licence", "set", "NAME", {licence_options, 1, 1}, CLI_STORE,
	run_licence_set, "add a licence to the catalogue, or change it"},
    {"rental", "show", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_show,
	"balance, cost per month, end, and what runs"},
    {"rental", "licences", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_rented,
	"what runs on which gateway"},
    {"rental", "set", "DOMAIN", {set_options, 1, 1}, CLI_STORE, run_set,
	"invoice reference, recipients and language of notices"},
    {"rental", "preview", "DOMAIN HWID LICENCE COUNT", {none, 4, 4}, CLI_STORE,
	run_preview, "what so many of a licence on a gateway would cost"},
    {"rental", "apply", "DOMAIN HWID LICENCE COUNT", {none, 4, 4}, CLI_STORE,
	run_apply, "rent so many from now on, 0 ends it; gateways get nothing"},
    {"rental", "load", "DOMAIN", {load_options, 1, 1}, CLI_STORE, run_load,
	"load an activation key"},
    {"rental", "correct", "DOMAIN ISC", {correct_options, 2, 2}, CLI_STORE,
	run_correct, "add to the balance or take off (-ISC), with a reason"},
    {"rental", "want", "HWID yes|no", {none, 2, 2}, CLI_STORE, run_want,
	"a device shall be rented (rentalWant)"},
    {"rental", "key new", "ISC", {key_options, 1, 1}, CLI_STORE, run_key_new,
	"make activation keys and print them, this once"},
    {"rental", "settle", "", {none, 0, 0}, CLI_STORE, run_settle,
	"write what is due: months that are over, rentals that ended"},
    {"rental", "history", "DOMAIN", {json_only, 1, 1}, CLI_STORE, run_history,
	"the ledger of a domain"},
    {"rental", "verify", "[DOMAIN]", {none, 0, 1}, CLI_STORE, run_verify,
	"prove the ledgers; prints number and hash of each last row"},
    {NULL, NULL, NULL, {NULL, 0, 0}, CLI_STORE, NULL, NULL},
};
