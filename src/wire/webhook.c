#include "webhook.h"

#include <stdio.h>
#include <string.h>

#include "crypto.h"
#include "fetch.h"
#include "must.h"

_Static_assert(
    WEBHOOK_URL_MAX == FETCH_URL_MAX, "what may be set can be fetched");

bool
webhook_url_ok(struct str url)
{
	return fetch_url_ok(url);
}

struct str
webhook_url_host(struct str url)
{
	size_t at = str_find(url, ':') + strlen("://");

	if (at >= url.len)
		return str_n(url.p, 0);
	if (url.p[at] == '[')
		at += str_find(str_n(url.p + at, url.len - at), ']');
	while (at < url.len && strchr(":/?#\\", url.p[at]) == NULL)
		at++;
	return str_n(url.p, at);
}

void
webhook_sign(const struct webhook *h, char out[WEBHOOK_SIGNATURE_SIZE])
{
	unsigned char mac[32];
	struct buf signed_text;

	buf_init(&signed_text, h->body.len + 32);
	buf_printf(&signed_text, "%lld.", (long long)h->time);
	buf_str(&signed_text, h->body);
	must(!buf_failed(&signed_text));
	crypto_hmac_sha256(h->secret, buf_view(&signed_text), mac);
	buf_fini(&signed_text);
	memcpy(out, "v1=", 3);
	crypto_hex(mac, sizeof(mac), out + 3);
}

int
webhook_post(
    const struct webhook *h, const struct target_rule *rule, struct err *e)
{
	char signature[WEBHOOK_SIGNATURE_SIZE];
	char lines[2][WEBHOOK_SIGNATURE_SIZE + 32];
	const char *const headers[] = {"Content-Type: application/json",
	    "User-Agent: fleetline", lines[0], lines[1], NULL};
	const struct fetch_guard guard = {.rule = *rule,
	    .connect_ms = WEBHOOK_CONNECT_MS,
	    .head_max = WEBHOOK_HEAD_MAX};
	const struct fetch_request r = {.method = "POST",
	    .url = h->url,
	    .headers = headers,
	    .body = h->body,
	    .timeout_ms = WEBHOOK_WAIT_MS,
	    .answer_max = WEBHOOK_ANSWER_MAX,
	    .guard = &guard};
	struct fetch_answer ans;

	webhook_sign(h, signature);
	(void)snprintf(lines[0], sizeof(lines[0]), "Fleetline-Time: %lld",
	    (long long)h->time);
	(void)snprintf(
	    lines[1], sizeof(lines[1]), "Fleetline-Signature: %s", signature);
	if (fetch_now(&r, &ans, e) < 0)
		return -1;
	buf_fini(&ans.body);
	if (ans.status >= 200 && ans.status < 300)
		return 0;
	return err_set(e, ERR_IO, "the receiver answers %d", ans.status);
}
