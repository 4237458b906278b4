/* How what is posted to a webhook is signed; that it is sent, t/e2e shows. */
#include "webhook.h"

#include <string.h>

#include "count.h"
#include "tap.h"

static const char *
sign(struct webhook h)
{
	static char out[WEBHOOK_SIGNATURE_SIZE];

	webhook_sign(&h, out);
	return out;
}

static void
test_host(void)
{
	static const char *const urls[][2] = {
	    {"https://hooks.example/services/T0/B0/secret",
		"https://hooks.example"},
	    {"http://hooks.example:8080/secret", "http://hooks.example"},
	    {"https://hooks.example?key=secret", "https://hooks.example"},
	    {"https://hooks.example#secret", "https://hooks.example"},
	    {"https://[2001:db8::1]:8443/secret", "https://[2001:db8::1]"},
	    {"https://[2001:db8::1]", "https://[2001:db8::1]"},
	    {"https://hooks.example", "https://hooks.example"}, {"", ""}};

	for (size_t i = 0; i < COUNT(urls); i++)
		tap_ok(str_eq(webhook_url_host(str_of(urls[i][0])),
			   str_of(urls[i][1])),
		    "scheme and host of URL %zu, and nothing behind", i);
}

int
main(void)
{
	const struct webhook h = {
	    .secret = STR("whs_0123456789"),
	    .body = STR("{\"mt\":\"Alarms\"}"),
	    .time = 1764245000,
	};
	const struct target_rule none = {.private_ok = false};
	struct webhook other = h;
	struct err e = {0};
	char first[WEBHOOK_SIGNATURE_SIZE];

	/* printf '1764245000.{"mt":"Alarms"}' |
	 * openssl dgst -sha256 -hmac whs_0123456789 */
	tap_is_str(sign(h),
	    "v1="
	    "621611fb9f47f77bb5929d55d2a499393fa7d90126ebff5d2662bc4c5dde178c",
	    "as openssl signs it");
	memcpy(first, sign(h), sizeof(first));
	other.time++;
	tap_ok(strcmp(sign(other), first) != 0, "another time is signed anew");
	other = h;
	other.body = STR("{\"mt\":\"alarms\"}");
	tap_ok(strcmp(sign(other), first) != 0, "and so is another body");
	other = h;
	other.secret = STR("whs_0123456788");
	tap_ok(strcmp(sign(other), first) != 0,
	    "who has another secret signs otherwise");
	other = h;
	other.url = "http://169.254.169.254/latest/meta-data/";
	tap_ok(webhook_post(&other, &none, &e) < 0 && e.kind == ERR_DENIED,
	    "nothing is posted where clouds serve secrets");
	test_host();
	return tap_end();
}
