/*
 * The disk fails at a statement while devices come: what is asked again is
 * answered as if nothing had happened, and the password that was handed out is the
 * one that is proven.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "code.h"
#include "count.h"
#include "deliver.h"
#include "device.h"
#include "device_door.h"
#include "domain.h"
#include "fixture.h"
#include "must.h"
#include "presence.h"
#include "probe.h"
#include "record.h"
#include "siege.h"
#include "tap.h"

static struct fixture f;
static int64_t home;
static struct conn phone;

/* ---- what is asked ---- */

static int
claim(void)
{
	return fx_phone(&f, &phone, "first", NULL);
}

static int
claim_online(void)
{
	return fx_presence(&f, "first", phone.seq, true, "claim")[0] != '\0'
		   ? 0
		   : -1;
}

static int
choose(void)
{
	struct device_choice chosen = {.boot = STR(FX_BOOT), .conn = phone.seq};

	return device_assign(&f.q, STR("first"), home, &chosen, NULL);
}

static int
device_is_online(void)
{
	return fx_presence(&f, "first", phone.seq, true, "device")[0] != '\0'
		   ? 0
		   : -1;
}

static int
gone(void)
{
	return fx_presence(&f, "first", phone.seq, false, "device")[0] != '\0'
		   ? 0
		   : -1;
}

/* Another connection. */
static void
connect_anew(void)
{
	phone.seq++;
	phone.state[0] = '\0';
}

static int
comes_back(void)
{
	return fx_phone(&f, &phone, "first", NULL);
}

/* What answers the challenge, with the password that was handed out. */
static char digest[CRYPTO_HEX_MAX];

static void
know_password(void)
{
	struct record k;
	struct secret s;

	must(record_load(&f.q, STR("first"), &k) == 1);
	must(secret_open(&f.q, SECRET_DEVICE, k.device.id, k.offered, &s) == 0);
	fx_digest(&phone, "first", s.text, digest);
}

static int
prove(void)
{
	return fx_phone(&f, &phone, "first", digest);
}

static int
same_again(void)
{
	return fx_identify(&f, &phone,
	    "{\"id\":\"first\",\"product\":\"IP112\",\"name\":\"renamed\","
	    "\"version\":\"" FX_VERSION "\",\"platform\":{\"type\":\"PHONE\"},"
	    "\"ethIfs\":[{\"if\":\"ETH0\",\"ip4\":\"192.0.2.9\"}]}");
}

static int
add_open(void)
{
	struct device_new in = {.hw_id = STR("open"),
	    .domain = home,
	    .type = DEVICE_PHONE,
	    .offer_minutes = 15};

	return device_add(&f.q, &in);
}

static int
take_open(void)
{
	return fx_phone(&f, &phone, "open", NULL);
}

static int
confirm(void)
{
	return device_confirm(&f.q, STR("open"));
}

static int
new_passwords(void)
{
	struct str password = STR("another-password");
	struct domain_change x = {.password = &password};

	return domain_edit(&f.q, home, &x);
}

static int
sweep(void)
{
	return deliver_sweep(&f.q);
}

static int
let_go(void)
{
	return device_unassign(&f.q, STR("first"));
}

static char code[CODE_DIGITS + 1];

/* A device that is in no domain. */
static void
make_code(void)
{
	struct code_wish w = {.domain = home, .category = STR("boxes")};
	struct code_made made;

	connect_anew();
	must(fx_category(&f, home, "boxes") > 0);
	must(code_add(&f.q, &w, NULL, &made) == 0);
	str_copy(code, sizeof(code), str_of(made.digits));
}

static int
come_with_code(void)
{
	char json[200];

	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"coded\",\"product\":\"IP112\",\"version\":\"1\","
	    "\"provisioningCode\":\"%s\"}",
	    code);
	return fx_identify(&f, &phone, json);
}

static int
time_goes(void)
{
	clock_shift((int64_t)24 * 3600 * 1000);
	return deliver_sweep(&f.q);
}

/* Who is logged in, as the hub says it. */
static char logged_in[ACTOR_TEXT_SIZE];

static void
log_in(void)
{
	struct actor who;

	must(actor_now(&f.q, "instance", &who) == 1);
	actor_text(&who, logged_in);
}

static int
door(void)
{
	struct buf answer;
	int rc;

	buf_init(&answer, 4096);
	rc = device_door(
	    &f.q, str_of(logged_in), STR("{\"hwId\":\"first\"}"), &answer);
	if (rc == 0 && !fx_has(&answer, "{\"ok\":true"))
		rc = -1;
	buf_fini(&answer);
	return rc;
}

/* What /health says of the store. */
static int
probe(void)
{
	return strcmp(probe_state(&f.q, f.folder), "not written") == 0 ? 0 : -1;
}

static const struct {
	const char *name;
	int (*ask)(void);
	enum effort effort;
	void (*before)(void);
} questions[] = {
    {.name = "a claim comes", .ask = claim},
    {.name = "it is online", .ask = claim_online},
    {.name = "it is chosen and gets its password", .ask = choose},
    {.name = "it is online as the device", .ask = device_is_online},
    {.name = "it goes", .ask = gone},
    {.name = "it comes back and is challenged",
	.ask = comes_back,
	.before = connect_anew},
    {.name = "it proves its password", .ask = prove, .before = know_password},
    {.name = "it tells something new", .ask = same_again, .effort = BEST},
    {.name = "it is online again", .ask = device_is_online},
    {.name = "a device is added with an open offer", .ask = add_open},
    {.name = "somebody takes the offer",
	.ask = take_open,
	.before = connect_anew},
    {.name = "it is confirmed", .ask = confirm},
    {.name = "the domain gets another password", .ask = new_passwords},
    {.name = "the sweep", .ask = sweep, .effort = BEST},
    {.name = "somebody wants its pages", .ask = door, .before = log_in},
    {.name = "the health of the store", .ask = probe},
    {.name = "it is taken out of its domain", .ask = let_go},
    {.name = "a device comes with a code",
	.ask = come_with_code,
	.before = make_code},
    {.name = "time goes, the sweep", .ask = time_goes, .effort = BEST},
};

static void
test_questions(void)
{
	for (size_t i = 0; i < COUNT(questions); i++) {
		int times;

		if (questions[i].before != NULL)
			questions[i].before();
		times = siege(&f, questions[i].ask, questions[i].effort);

		tap_ok(times > 0, "%s: %d statements may fail",
		    questions[i].name, times);
	}
}

int
main(void)
{
	fx_open(&f);
	home = fx_domain(&f, "north.example", "north-password");
	fx_conn(&phone, 11);
	test_questions();
	fx_conn_end(&phone);
	fx_close(&f);
	return tap_end();
}
