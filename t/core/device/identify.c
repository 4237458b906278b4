/*
 * identify: the ways of a device from unknown to proven, and every way it can
 * go wrong (innovaphone-protocols 1.4, 1.9, 12; hub.md 1.1).
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fixture.h"
#include "must.h"
#include "record.h"
#include "sysclient.h"

#define HW    "0090330a0b0c"
#define MIN15 (15 * 60 * 1000)

static struct fixture f;
static int64_t domain;

static bool
shown_unassigned(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) == 1 && d.domain_id == 0;
}

static void
test_unknown(void)
{
	struct conn c;
	char state[IDENTIFY_STATE_MAX];

	fx_conn(&c, 1);
	tap_ok(
	    fx_phone(&f, &c, HW, NULL) == 0, "an unknown device is answered");
	tap_is_str(fx_member(&f, &c, "as"), "claim", "it is a claim");
	tap_is_str(fx_member(&f, &c, "hwId"), HW, "under its id");
	tap_ok(!fx_has(&c.answer, "\"send\""), "nothing is sent to it");
	tap_ok(shown_unassigned(HW), "it is shown as unassigned");
	str_copy(state, sizeof(state), str_of(c.state));
	tap_ok(fx_phone(&f, &c, HW, NULL) == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "claim") == 0,
	    "it may identify again");
	tap_is_str(c.state, state, "the state stays the same");
	tap_ok(fx_phone(&f, &c, "0090330a0b0d", NULL) == 0 &&
		   strcmp(fx_member(&f, &c, "close"), "1008") == 0,
	    "another id on the same connection closes it with 1008");
	fx_conn_end(&c);
}

static void
test_broken(void)
{
	static const char deep[] = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
				   "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";
	static const char *const texts[] = {"", "{", "[]", "{}", "{\"id\":17}",
	    "{\"id\":\"\"}", "{\"id\":\"a b\"}", "{\"id\":\"\xff\"}", deep};
	struct conn c;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fx_conn(&c, 2);
		tap_ok(fx_identify(&f, &c, texts[i]) == 0 &&
			   strcmp(fx_member(&f, &c, "close"), "1008") == 0,
		    "broken identify %zu is answered with close 1008", i);
		fx_conn_end(&c);
	}
	fx_conn(&c, 2);
	str_copy(c.state, sizeof(c.state), STR("9,garbage"));
	tap_ok(fx_phone(&f, &c, HW, NULL) == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "claim") == 0,
	    "a state of another version counts as none");
	fx_conn_end(&c);
}

/* The worked example: offer, challenge, digest, administrative password. */
static void
test_way(void)
{
	struct conn first, second;
	char digest[CRYPTO_HEX_MAX], json[600];
	struct device d;

	tap_ok(fx_device(&f, HW, domain, DEVICE_UNKNOWN, NULL) == 0,
	    "the device is added by hand, with an open offer");
	fx_offer(&f, HW, FX_PASS);
	fx_conn(&first, 10);
	tap_ok(fx_phone(&f, &first, HW, NULL) == 0 &&
		   strcmp(fx_frame(&f, &first, 1),
		       "{\"password\":\"" FX_PASS "\"}") == 0,
	    "the first claim gets 0x0001 as in the worked example");
	tap_ok(fx_frame(&f, &first, 3)[0] != '\0',
	    "and 0x0003 after it, since the domain deploys");
	tap_is_str(fx_member(&f, &first, "as"), "device", "it is a device");
	tap_is_str(fx_member(&f, &first, "displace"), "false",
	    "that displaces nobody");
	fx_conn(&second, 11);
	tap_ok(fx_phone(&f, &second, HW, NULL) == 0 &&
		   fx_frame(&f, &second, 1)[0] == '\0' &&
		   fx_frame(&f, &second, 2)[0] != '\0',
	    "the next one gets a challenge instead");
	fx_digest(&second, HW, FX_PASS, digest);
	tap_ok(fx_phone(&f, &second, HW, digest) == 0 &&
		   strcmp(fx_member(&f, &second, "displace"), "true") == 0,
	    "the right digest makes it the device, displacing the other");
	tap_ok(fx_frame(&f, &second, 1)[0] == '\0' &&
		   fx_frame(&f, &second, 3)[0] != '\0',
	    "it gets 0x0003 and no password");
	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"" HW "\",\"product\":\"IP112\",\"version\":\"14r1\","
	    "\"platform\":{\"type\":\"PHONE\"},\"ethIfs\":[{\"if\":\"ETH0\","
	    "\"ipv4\":\"192.0.2.7\"}],\"name\":\"desk\"}");
	fx_clear(&f);
	tap_ok(fx_identify(&f, &second, json) == 0 &&
		   device_get(&f.q, STR(HW), &d) == 1 &&
		   str_eqz(d.version, "14r1") && d.nifs == 1 &&
		   str_eqz(d.ifs[0].ipv4, "192.0.2.7") &&
		   str_eqz(d.name, "desk"),
	    "a proven connection may tell new facts");
	tap_ok(fx_has(&second.answer, "\"hosts\":[\"192.0.2.7\"]"),
	    "and the hub hears by which addresses a device names itself");
	tap_ok(fx_ordered(&f, "\"order\":\"event\"") && fx_ordered(&f, "14r1"),
	    "which are published");
	fx_clear(&f);
	tap_ok(fx_identify(&f, &second, json) == 0 && f.orders.len == 0,
	    "the same facts again publish nothing");
	tap_ok(device_rename(&f.q, STR(HW), STR("Reception")) == 0 &&
		   fx_identify(&f, &second, json) == 0 &&
		   device_get(&f.q, STR(HW), &d) == 1 &&
		   str_eqz(d.name, "Reception"),
	    "a name set here wins over the device's");
	fx_conn_end(&first);
	fx_conn_end(&second);
}

/* 0x0003 as the device would decrypt it. */
static void
test_admin_password(void)
{
	struct conn c;
	char digest[CRYPTO_HEX_MAX];
	const struct json *v;
	struct str seed, pwd;
	unsigned char plain[64];
	char key[64];
	struct buf want;

	fx_conn(&c, 12);
	(void)fx_phone(&f, &c, HW, NULL);
	fx_digest(&c, HW, FX_PASS, digest);
	tap_ok(fx_phone(&f, &c, HW, digest) == 0, "it proves itself again");
	if (json_read(&f.arena, str_of(fx_frame(&f, &c, 3)), 4096, &v, &f.err) <
	    0)
		return;
	seed = json_text(json_member(v, "seed"));
	pwd = json_text(json_member(v, "pwd"));
	tap_is_int((long long)seed.len, 16, "the seed has 16 characters");
	tap_is_int((long long)pwd.len, 40, "the password has 20, as hex");
	(void)snprintf(key, sizeof(key), "%.16s:%s", seed.p, FX_PASS);
	if (pwd.len != 40 || crypto_unhex(pwd, plain, 20) < 0)
		return;
	crypto_rc4(str_of(key), str_n(plain, 20), plain);
	buf_init(&want, 128);
	tap_ok(device_admin_password(&f.q, STR(HW), &want) == 1 &&
		   want.len == 20 && memcmp(want.data, plain, 20) == 0,
	    "it decrypts to what an administrator is shown");
	buf_fini(&want);
	fx_conn_end(&c);
}

static void
test_wrong(void)
{
	struct conn c;
	struct device d;
	char zero[65];

	memset(zero, '0', 64);
	zero[64] = '\0';
	fx_conn(&c, 20);
	(void)fx_phone(&f, &c, HW, NULL);
	for (int i = 1; i <= 5; i++) {
		tap_ok(fx_phone(&f, &c, HW, zero) == 0 &&
			   strcmp(fx_member(&f, &c, "as"),
			       i == 1 ? "claim" : "claim") == 0 &&
			   (strcmp(fx_member(&f, &c, "close"), "1008") == 0) ==
			       (i == 5),
		    "wrong digest %d: a claim%s", i,
		    i == 5 ? ", and the connection is closed" : "");
	}
	tap_ok(device_get(&f.q, STR(HW), &d) == 1 && d.domain_id == domain,
	    "the device keeps its domain");
	fx_conn_end(&c);
	fx_conn(&c, 21);
	tap_ok(
	    fx_phone(&f, &c, HW, zero) == 0 && fx_frame(&f, &c, 2)[0] != '\0',
	    "a digest that answers no challenge is challenged");
	fx_conn_end(&c);
}

static void
test_challenges(void)
{
	struct conn c;
	char first[128];

	fx_conn(&c, 30);
	(void)fx_phone(&f, &c, HW, NULL);
	str_copy(first, sizeof(first), str_of(fx_frame(&f, &c, 2)));
	tap_ok(fx_phone(&f, &c, HW, NULL) == 0 &&
		   strcmp(fx_frame(&f, &c, 2), first) == 0,
	    "without an answer the same challenge is sent once more");
	tap_ok(fx_phone(&f, &c, HW, NULL) == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "claim") == 0 &&
		   fx_frame(&f, &c, 2)[0] == '\0',
	    "then it is a claim");
	fx_conn_end(&c);
}

/* A device that lost its password may say nothing to a challenge. */
static void
test_silence(void)
{
	struct conn c;
	struct claim *list;
	size_t before, n;

	must(device_claims(&f.q, STR(HW), &list, &before) == 0);
	fx_conn(&c, 35);
	(void)fx_phone(&f, &c, HW, NULL);
	tap_is_str(fx_member(&f, &c, "again"), "true",
	    "with a challenge the hub is told to ask again");
	tap_ok(device_claims(&f.q, STR(HW), &list, &n) == 0 && n == before,
	    "a challenged connection is no claim yet");
	tap_ok(fx_identify(&f, &c, "") == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "claim") == 0 &&
		   strcmp(fx_member(&f, &c, "hwId"), HW) == 0,
	    "asked again without a word of the device it is one");
	tap_ok(device_claims(&f.q, STR(HW), &list, &n) == 0 &&
		   n == before + 1 && list[before].conn == 35,
	    "which is listed");
	tap_ok(fx_identify(&f, &c, "") == 0 && !fx_has(&c.answer, "as"),
	    "asking once more changes nothing");
	fx_conn_end(&c);
}

static void
test_offer_age(void)
{
	struct conn c;

	(void)fx_device(&f, "offer-old", domain, DEVICE_PHONE, NULL);
	clock_shift(MIN15 + 1000);
	fx_conn(&c, 40);
	tap_ok(fx_phone(&f, &c, "offer-old", NULL) == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "claim") == 0 &&
		   fx_frame(&f, &c, 1)[0] == '\0',
	    "an offer older than 15 minutes is not handed out");
	clock_shift(-MIN15 - 1000);
	fx_conn_end(&c);
	fx_conn(&c, 41);
	tap_ok(fx_phone(&f, &c, "offer-old", NULL) == 0 &&
		   fx_frame(&f, &c, 1)[0] != '\0',
	    "a young one is");
	(void)fx_phone(&f, &c, "offer-old", NULL);
	tap_ok(fx_frame(&f, &c, 1)[0] == '\0' &&
		   fx_member(&f, &c, "as")[0] == '\0',
	    "the same connection identifying again only updates facts");
	c.state[0] = '\0';
	tap_ok(fx_phone(&f, &c, "offer-old", NULL) == 0 &&
		   fx_frame(&f, &c, 1)[0] != '\0',
	    "but if the answer got lost, the hub's repetition gets it again");
	fx_conn_end(&c);
}

/* A device that lost its password is offered a new one in the same domain. */
static void
test_reoffer(void)
{
	struct conn old, fresh;
	struct device_choice again = {.boot = STR(FX_BOOT), .conn = 50};
	char digest[CRYPTO_HEX_MAX];

	fx_conn(&old, 50);
	(void)fx_phone(&f, &old, HW, NULL);
	(void)fx_identify(&f, &old, "");
	(void)fx_presence(&f, HW, 50, true, "claim");
	must(device_confirm(&f.q, STR(HW)) == 0);
	fx_clear(&f);
	tap_ok(device_assign(&f.q, STR(HW), domain, &again, NULL) == 0 &&
		   fx_ordered(&f, "\"conn\":50,\"send\":[[1,"),
	    "assigned again where it is, its claim gets a new password");
	fx_conn(&fresh, 51);
	(void)fx_phone(&f, &fresh, HW, NULL);
	fx_digest(&fresh, HW, FX_PASS, digest);
	tap_ok(fx_phone(&f, &fresh, HW, digest) == 0 &&
		   strcmp(fx_member(&f, &fresh, "displace"), "true") == 0,
	    "the proven password is still right until the new one is proven");
	fx_conn_end(&old);
	fx_conn_end(&fresh);
}

static void
test_promotion(void)
{
	static const char next[] = "N803pDZVpL_ccS_1tGwFjIN0cfw75MNo";
	struct conn c;
	char digest[CRYPTO_HEX_MAX];

	fx_online(&f, "promote", domain, 60, &c);
	fx_conn_end(&c);
	tap_ok(device_unassign(&f.q, STR("promote")) == 0 &&
		   fx_device(&f, "promote", domain, DEVICE_PHONE, next) == 0,
	    "a device is taken out and added with another password");
	fx_conn(&c, 62);
	(void)fx_phone(&f, &c, "promote", NULL);
	fx_digest(&c, "promote", FX_PASS, digest);
	tap_ok(fx_phone(&f, &c, "promote", digest) == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "claim") == 0,
	    "the password of its former life proves nothing");
	fx_digest(&c, "promote", next, digest);
	tap_ok(fx_phone(&f, &c, "promote", digest) == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "device") == 0,
	    "the new one does");
	fx_conn_end(&c);
}

/* A hub that missed "release" must not keep a device alive by its state. */
static void
test_old_state(void)
{
	struct conn c;
	struct record k;

	fx_online(&f, "stale", domain, 70, &c);
	tap_ok(fx_phone(&f, &c, "stale", NULL) == 0 &&
		   !fx_has(&c.answer, "\"as\""),
	    "a proven connection stays what it is");
	tap_ok(device_unassign(&f.q, STR("stale")) == 0 &&
		   fx_phone(&f, &c, "stale", NULL) == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "claim") == 0,
	    "with the state of a former assignment it is a claim");
	tap_ok(fx_device(&f, "stale", domain, DEVICE_PHONE, NULL) == 0 &&
		   record_load(&f.q, STR("stale"), &k) == 1 &&
		   k.offer_conn == 70,
	    "assigned again, its connection was handed the new offer");
	fx_conn_end(&c);
}

/* Published vectors of chapter 1.5, through the whole of identify. */
static void
test_vectors(void)
{
	struct sc_identity who = {STR("f19033480af9"), STR("IP232"),
	    STR("13r2 dvl [13.4250/131286/1300]")};
	char digest[CRYPTO_HEX_MAX], json[600], state[200];
	struct conn c;
	static const char password[] = "2jjH!u3ucXscEzHq8X!l83BX3!U8TPwA";
	static const char want[] = "13cc86b3f0691e2ce1a626a9963a5aefeefcb78f"
				   "7e5b23a8ede10e8204247c97";

	sc_digest(&who, STR("1446931255"), str_of(password), digest);
	tap_is_str(digest, want, "the published digest is computed");
	(void)fx_device(&f, "f19033480af9", domain, DEVICE_PHONE, password);
	fx_conn(&c, 80);
	(void)fx_phone(&f, &c, "f19033480af9", NULL);
	fx_conn_end(&c);
	fx_conn(&c, 81);
	(void)snprintf(
	    state, sizeof(state), "1,f19033480af9,n,,1446931255,1,0,");
	str_copy(c.state, sizeof(c.state), str_of(state));
	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"f19033480af9\",\"product\":\"IP232\",\"version\":"
	    "\"13r2 dvl [13.4250\\/131286\\/1300]\",\"digest\":\"%s\","
	    "\"platform\":{\"type\":\"PHONE\"}}",
	    want);
	tap_ok(fx_identify(&f, &c, json) == 0 &&
		   strcmp(fx_member(&f, &c, "as"), "device") == 0,
	    "and proves the device, with escaped slashes in its version");
	fx_conn_end(&c);
}

static void
test_writes(void)
{
	struct conn c;
	struct core_stats before, after;
	char digest[CRYPTO_HEX_MAX];
	int64_t t0;

	fx_online(&f, "quiet", domain, 90, &c);
	fx_conn_end(&c);
	if (core_stats(&f.core, &before, &f.err) < 0)
		return;
	t0 = clock_mono_us();
	for (int64_t i = 0; i < 1000; i++) {
		fx_conn(&c, 1000 + i);
		(void)fx_phone(&f, &c, "quiet", NULL);
		fx_digest(&c, "quiet", FX_PASS, digest);
		(void)fx_phone(&f, &c, "quiet", digest);
		fx_conn_end(&c);
		fx_clear(&f);
	}
	t0 = clock_mono_us() - t0;
	tap_diag("%lld reconnects per second, both questions",
	    (long long)(1000 * 1000000LL / t0));
	tap_ok(
	    core_stats(&f.core, &after, &f.err) == 0 && after.rev == before.rev,
	    "a reconnect that brings nothing new counts no change");
}

static void
test_limits(void)
{
	struct conn c;
	struct device d;
	char json[2000], longer[401];

	memset(longer, 'x', 400);
	longer[400] = '\0';
	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"limits\",\"product\":\"%s\",\"version\":\"a\\u0007b\","
	    "\"platform\":{\"type\":\"TOASTER\"},\"ethIfs\":17}",
	    longer);
	fx_conn(&c, 95);
	tap_ok(fx_identify(&f, &c, json) == 0 &&
		   device_get(&f.q, STR("limits"), &d) == 1 &&
		   d.product.len == 128 && str_eqz(d.version, "ab") &&
		   d.type == DEVICE_UNKNOWN,
	    "long texts are cut, hidden characters dropped, types checked");
	fx_conn_end(&c);
}

static void
test_provision(void)
{
	struct conn c;
	struct peer p = {.conn = 1};

	fx_conn(&c, 96);
	tap_ok(identify_provision(
		   &f.q, &p, STR("{\"id\":\"TEL1\"}"), &c.answer) == 0 &&
		   strstr(fx_frame(&f, &c, 5), "error") != NULL,
	    "an FXS port is answered with 0x0005 and an error");
	fx_conn_end(&c);
}

int
main(void)
{
	fx_open(&f);
	domain = 1;
	test_unknown();
	test_broken();
	test_way();
	test_admin_password();
	test_wrong();
	test_challenges();
	test_silence();
	test_offer_age();
	test_reoffer();
	test_promotion();
	test_old_state();
	test_vectors();
	test_writes();
	test_limits();
	test_provision();
	fx_close(&f);
	return tap_end();
}
