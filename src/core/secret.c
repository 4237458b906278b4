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

static void
seal(const struct core *c, const char *place, int64_t id, struct str plain,
    struct buf *out)
{
	char room[PLACE_SIZE];

	crypto_seal(&c->key, context(place, id, room), plain, out);
	must(!buf_failed(out));
}

void
secret_seal(const struct core *c, const char *place, int64_t id,
    struct str plain, struct buf *out)
{
	must(plain.len <= SECRET_MAX);
	buf_init(out, 4 * SECRET_MAX);
	seal(c, place, id, plain, out);
}

void
secret_seal_text(const struct core *c, const char *place, int64_t id,
    struct str plain, struct buf *out)
{
	must(plain.len <= SECRET_TEXT_MAX);
	buf_init(out, SECRET_TEXT_MAX + 4 * SECRET_MAX);
	seal(c, place, id, plain, out);
}

int
secret_open_text(struct ask *q, const char *place, int64_t id,
    struct str sealed, struct buf *out)
{
	char room[PLACE_SIZE];

	buf_init(out, SECRET_TEXT_MAX);
	return sealed.len == 0
		   ? 0
		   : crypto_unseal(&q->core->key, context(place, id, room),
			 sealed, out, q->err);
}

int
secret_open(struct ask *q, const char *place, int64_t id, struct str sealed,
    struct secret *out)
{
	struct buf plain;
	int rc = secret_open_text(q, place, id, sealed, &plain);

	memset(out, 0, sizeof(*out));
	if (rc == 0 && plain.len > SECRET_MAX)
		rc = err_set(q->err, ERR_IO, "a secret is too long");
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
