/*
 * rent -- rentals for end-to-end tests, by the same rules as everybody's.
 *
 *	rent FILE load DOMAIN AMOUNT	an activation key of AMOUNT, loaded
 *	rent FILE run DOMAIN HWID COUNT PRICE	licence PORT on a gateway
 *	rent FILE language|recipients|reference DOMAIN TEXT
 *	rent FILE show DOMAIN		end, notice_week, balance
 *
 * FILE is a fleetline.conf; amounts and prices are 1/1000 iSC.
 */
#include "core.h"
#include "domain.h"
#include "licence.h"
#include "num.h"
#include "rental.h"

#include <stdio.h>
#include <string.h>

static int
number(struct ask *q, const char *text, int64_t *out)
{
	if (!num_parse(str_of(text), 0, INT64_MAX, out))
		return err_set(q->err, ERR_INPUT, "%.40s: no number", text);
	return 0;
}

static int
load(struct ask *q, int64_t domain, char **words)
{
	char key[ACTIVATION_SIZE];
	int64_t amount;

	if (number(q, words[0], &amount) < 0 || rental_key(q, amount, key) < 0)
		return -1;
	return rental_load(q, domain, str_of(key), &amount);
}

static int
run(struct ask *q, int64_t domain, char **words)
{
	struct licence l = {.name = STR("PORT"), .title = STR("Port")};
	struct rental_change change = {
	    .hw_id = str_of(words[0]), .licence = l.name};
	struct rental_order order = {.domain_id = domain,
	    .number = -1,
	    .changes = &change,
	    .nchanges = 1};
	struct rental_plan plan;

	if (number(q, words[1], &change.count) < 0 ||
	    number(q, words[2], &l.price) < 0 || licence_set(q, &l) < 0)
		return -1;
	return rental_apply(q, &order, &plan);
}

static int
show(struct ask *q, int64_t domain)
{
	struct project p;

	if (rental_get(q, domain, &p) < 0)
		return -1;
	(void)printf("%lld %lld %lld\n", (long long)p.end,
	    (long long)p.notice_week, (long long)p.balance);
	return 0;
}

static int
command(struct ask *q, int argc, char **argv)
{
	struct domain d;
	struct str text = str_of(argv[4]);
	struct rental_edit in = {0};
	int rc = domain_find(q, str_of(argv[3]), &d);

	if (rc <= 0)
		return rc == 0 ? err_set(q->err, ERR_GONE, "no domain") : -1;
	if (strcmp(argv[2], "load") == 0 && argc == 5)
		return load(q, d.id, argv + 4);
	if (strcmp(argv[2], "run") == 0 && argc == 7)
		return run(q, d.id, argv + 4);
	if (strcmp(argv[2], "show") == 0 && argc == 4)
		return show(q, d.id);
	if (strcmp(argv[2], "language") == 0)
		in.language = &text;
	else if (strcmp(argv[2], "recipients") == 0)
		in.recipients = &text;
	else if (strcmp(argv[2], "reference") == 0)
		in.reference = &text;
	else
		return err_set(q->err, ERR_INPUT, "no such command");
	return rental_edit(q, d.id, &in);
}

int
main(int argc, char **argv)
{
	struct core core;
	struct conf conf;
	struct arena a;
	struct actor me;
	struct err e = {0};
	struct ask q = {&core, &a, &me, &e};
	int rc = -1;

	arena_init(&a, 1 << 22);
	actor_local(&me);
	if (argc < 4)
		rc = err_set(&e, ERR_INPUT, "too few words");
	else if (conf_load(argv[1], &a, &conf, &e) == 0 &&
		 core_open(&core, &conf, &e) == 0) {
		rc = command(&q, argc, argv);
		core_close(&core);
	}
	if (rc < 0)
		(void)fprintf(stderr, "rent: %s\n", e.text);
	arena_fini(&a);
	return rc < 0 ? 1 : 0;
}
