#include "secret.h"

#include <stdio.h>
#include <string.h>

#include "must.h"

#define PLACE_SIZE 48

static struct str
context(const char *place, int64_t id, char out[PLACE_SIZE])
{
	int n = snprintf(out, PLACE_SIZE, "%s:%lld", place, (long long)id);

	must(n > 0 && n < PLACE_SIZE);
	return str_n(out, (size_t)n);
}

void
secret_seal(const struct core *c, const char *place, int64_t id,
    struct str plain, struct buf *out)
{
	char room[PLACE_SIZE];

	must(plain.len <= SECRET_MAX);
	buf_init(out, 4 * SECRET_MAX);
	crypto_seal(&c->key, context(place, id, room), plain, out);
	must(!buf_failed(out));
}

int
secret_open(struct ask *q, const char *place, int64_t id, struct str sealed,
    struct secret *out)
{
	char room[PLACE_SIZE];
	struct buf plain;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (sealed.len == 0)
		return 0;
	buf_init(&plain, SECRET_MAX);
	rc = crypto_unseal(
	    &q->core->key, context(place, id, room), sealed, &plain, q->err);
	if (rc == 0 && plain.len > 0) {
		memcpy(out->text, plain.data, plain.len);
		out->len = plain.len;
	}
	buf_wipe(&plain);
	return rc;
}

void
secret_mark(const struct core *c, const char *place, struct str text,
    unsigned char out[SECRET_MARK_SIZE])
{
	struct buf b;

	buf_init(&b, PLACE_SIZE + text.len + 1);
	buf_puts(&b, place);
	buf_putc(&b, ':');
	buf_str(&b, text);
	must(!buf_failed(&b));
	crypto_hmac_sha256(
	    str_n(c->key.bytes, CRYPTO_KEY_SIZE), buf_view(&b), out);
	buf_wipe(&b);
}

struct str
secret_str(const struct secret *s)
{
	return str_n(s->text, s->len);
}

void
secret_wipe(struct secret *s)
{
	explicit_bzero(s, sizeof(*s));
}
