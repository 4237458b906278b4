/* How what is posted to a webhook is signed; that it is sent, t/e2e shows. */
#include "webhook.h"

#include <string.h>

#include "tap.h"

static const char *
sign(struct webhook h)
{
	static char out[WEBHOOK_SIGNATURE_SIZE];

	webhook_sign(&h, out);
	return out;
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
	return tap_end();
}
