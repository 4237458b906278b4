/*
 * An Authorization header.  What is read, written again with quotes, reads the
 * same; with the right response it still meets a nonce that is not ours.
 */
#include "digest.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

#define ARENA_MAX 16384

static struct digest_nonces *nonces;

static void
add(struct buf *b, const char *name, struct str v)
{
	buf_printf(b, "%s=\"", name);
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '"' || v.p[i] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, v.p[i]);
	}
	buf_puts(b, "\", ");
}

static void
write_again(struct arena *a, const struct digest *d)
{
	struct digest again;
	struct buf b;
	struct err e;

	buf_init(&b, DIGEST_HEADER_MAX);
	buf_puts(&b, "Digest ");
	add(&b, "username", d->username);
	add(&b, "realm", d->realm);
	add(&b, "nonce", d->nonce);
	add(&b, "uri", d->uri);
	add(&b, "response", d->response);
	add(&b, "cnonce", d->cnonce);
	add(&b, "nc", d->nc_text);
	buf_puts(&b,
	    d->alg == CRYPTO_MD5 ? "qop=auth" : "qop=auth, algorithm=SHA-256");
	if (!buf_failed(&b)) {
		must(digest_parse(a, buf_view(&b), &again, &e) == 0);
		must(str_eq(again.username, d->username));
		must(str_eq(again.realm, d->realm));
		must(str_eq(again.nonce, d->nonce));
		must(str_eq(again.uri, d->uri));
		must(str_eq(again.response, d->response));
		must(str_eq(again.cnonce, d->cnonce));
		must(again.nc == d->nc && again.alg == d->alg);
	}
	buf_fini(&b);
}

static void
check(struct digest *d)
{
	struct digest_request asked = {STR("GET"), d->realm};
	char response[CRYPTO_HEX_MAX];
	enum digest_result r;

	r = digest_check(nonces, d, &asked, STR("secret"));
	must(r == DIGEST_WRONG || r == DIGEST_STALE);
	digest_response(d, STR("GET"), STR("secret"), response);
	d->response = str_of(response);
	r = digest_check(nonces, d, &asked, STR("secret"));
	must(r == DIGEST_STALE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct digest d;
	struct err e;

	if (nonces == NULL)
		nonces = digest_nonces_new(60000, 4);
	arena_init(&a, ARENA_MAX);
	if (digest_parse(&a, str_n(data, size), &d, &e) == 0) {
		must(d.nc_text.len == 8);
		write_again(&a, &d);
		check(&d);
	}
	arena_fini(&a);
	return 0;
}
