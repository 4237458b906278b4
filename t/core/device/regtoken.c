/*
 * Registration tokens: a domain's token puts devices in, and nobody else's
 * (innovaphone-protocols 3.4, demands OP3 and OP4).
 */
#include "regtoken.h"

#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "identify.h"
#include "must.h"

static struct fixture f;
static int64_t north, south;

static int64_t
domain_of(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) == 1 ? d.domain_id : -1;
}

static int
come(struct conn *c, const char *hw_id, const char *query)
{
	char json[200];
	struct peer p = {.hub = STR("hub1"),
	    .boot = STR(FX_BOOT),
	    .conn = c->seq,
	    .remote = STR(FX_REMOTE),
	    .query = str_of(query),
	    .state = str_of(c->state)};

	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"%s\",\"product\":\"IP222\",\"version\":\"1\"}", hw_id);
	buf_clear(&c->answer);
	return identify(&f.q, &p, str_of(json), &c->answer);
}

/* A device with this query in its URL: what it is then. */
static const char *
comes_as(int64_t seq, const char *hw_id, const char *query)
{
	static char as[32];
	struct conn c;

	fx_conn(&c, seq);
	must(come(&c, hw_id, query) == 0);
	str_copy(as, sizeof(as), str_of(fx_member(&f, &c, "as")));
	fx_conn_end(&c);
	fx_clear(&f);
	return as;
}

static const char *
query_of(const char *domain, const char *token, const char *category)
{
	static char query[300];

	(void)snprintf(query, sizeof(query), "domain=%s&token=%s&category=%s",
	    domain, token, category);
	return query;
}

static void
test_tokens(void)
{
	char first[REGTOKEN_SIZE], token[REGTOKEN_SIZE];
	struct device d;

	tap_ok(regtoken_get(&f.q, north, token) == 0, "a domain has no token");
	must(regtoken_renew(&f.q, north, first) == 0);
	tap_ok(regtoken_get(&f.q, north, token) == 1 &&
		   strcmp(first, token) == 0 && strlen(token) == REGTOKEN_LEN,
	    "until one is drawn");
	tap_is_str(comes_as(200, "009033000100",
		       query_of("north.example", token, "phones")),
	    "device", "OP3: domain, token and category put a device in");
	must(device_get(&f.q, STR("009033000100"), &d) == 1);
	tap_ok(d.domain_id == north && d.admin_kind == ADMIN_RANDOM,
	    "OP3: with a password of its own");
	tap_is_str(comes_as(201, "009033000101",
		       query_of("north.example", "0123", "phones")),
	    "claim", "OP3: a wrong token is an ordinary claim");
	tap_is_str(comes_as(202, "009033000101",
		       query_of("north.example", token, "plain")),
	    "claim", "OP3: so is a category that is not for provisioning");
	tap_is_str(comes_as(203, "009033000101",
		       query_of("south.example", token, "phones")),
	    "claim", "OP3: and another domain");
	(void)snprintf(first, sizeof(first), "token=%.20s", token);
	tap_is_str(comes_as(204, "009033000101", first), "claim",
	    "OP3: and a part that is missing");
	must(regtoken_renew(&f.q, north, first) == 0);
	tap_is_str(comes_as(205, "009033000101",
		       query_of("north.example", token, "phones")),
	    "claim", "OP3: a new token ends the old one");
	tap_is_int(domain_of("009033000100"), north,
	    "OP3: not the devices that are in");
}

static void
test_token_of_known(void)
{
	char first[REGTOKEN_SIZE];
	struct conn c;

	must(regtoken_renew(&f.q, north, first) == 0);
	fx_online(&f, "009033000102", south, 206, &c);
	(void)fx_presence(&f, "009033000102", 206, false, "device");
	fx_conn_end(&c);
	fx_conn(&c, 207);
	must(come(&c, "009033000102",
		 query_of("north.example", first, "phones")) == 0);
	tap_ok(fx_frame(&f, &c, 2)[0] != '\0' && fx_frame(&f, &c, 1)[0] == '\0',
	    "OP4: a device of another domain is asked for its password");
	fx_conn_end(&c);
	fx_online(&f, "009033000103", north, 208, &c);
	(void)fx_presence(&f, "009033000103", 208, false, "device");
	fx_conn_end(&c);
	fx_conn(&c, 209);
	must(come(&c, "009033000103",
		 query_of("north.example", first, "phones")) == 0);
	tap_ok(fx_frame(&f, &c, 2)[0] != '\0' && fx_frame(&f, &c, 1)[0] == '\0',
	    "OP4: so is one that is in the domain already");
	fx_conn_end(&c);
	/* Chosen by an administrator, connected, never proven again. */
	must(fx_device(&f, "009033000105", north, DEVICE_PHONE, NULL) == 0);
	fx_conn(&c, 212);
	must(fx_phone(&f, &c, "009033000105", NULL) == 0);
	tap_ok(fx_frame(&f, &c, 1)[0] != '\0', "a device takes its password");
	(void)fx_presence(&f, "009033000105", 212, true, "device");
	fx_conn_end(&c);
	fx_conn(&c, 213);
	must(come(&c, "009033000105",
		 query_of("north.example", first, "phones")) == 0);
	tap_ok(fx_frame(&f, &c, 1)[0] == '\0',
	    "a device that was assigned and is connected is not taken by a "
	    "token");
	fx_conn_end(&c);
	must(regtoken_renew(&f.q, north, NULL) == 0);
	tap_is_str(comes_as(210, "009033000104",
		       query_of("north.example", first, "phones")),
	    "claim", "without a token nobody has one");
	tap_is_str(comes_as(211, "009033000104",
		       query_of("north.example", "", "phones")),
	    "claim", "nor the empty one");
}

static void
test_token_rights(void)
{
	struct actor who = {.account = -1,
	    .home = north,
	    .own = north,
	    .domains = &north,
	    .ndomains = 1};
	char token[REGTOKEN_SIZE];
	struct ask as = fx_as(&f, &who);

	str_copy(who.cred, sizeof(who.cred), STR("domain:2"));
	tap_ok(regtoken_renew(&as, north, token) == 0 &&
		   regtoken_get(&as, north, token) == 1,
	    "a domain's own login draws and sees its token");
	tap_ok(regtoken_get(&as, south, token) < 0 &&
		   regtoken_renew(&as, south, token) < 0 &&
		   f.err.kind == ERR_GONE,
	    "no other's");
	tap_ok(regtoken_renew(&f.q, 99, token) < 0 && f.err.kind == ERR_GONE,
	    "a domain that is not there has none");
}

int
main(void)
{
	fx_open(&f);
	fx_provisioning(&f, &north, &south);
	test_tokens();
	test_token_of_known();
	test_token_rights();
	fx_close(&f);
	return tap_end();
}
