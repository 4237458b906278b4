#include "digest_header.h"

#include <string.h>

#include "must.h"
#include "num.h"

/* ---- the header ---- */

enum param {
	P_USERNAME,
	P_REALM,
	P_NONCE,
	P_URI,
	P_RESPONSE,
	P_CNONCE,
	P_NC,
	P_QOP,
	P_ALGORITHM, /* from here on optional */
	P_OPAQUE,
	P_USERHASH,
	P__MAX
};

static const char *const names[P__MAX] = {"username", "realm", "nonce", "uri",
    "response", "cnonce", "nc", "qop", "algorithm", "opaque", "userhash"};

struct params {
	struct str value[P__MAX]; /* p is NULL when absent */
};

static void
skip_blanks(struct str *s)
{
	while (s->len > 0 && (s->p[0] == ' ' || s->p[0] == '\t'))
		*s = str_n(s->p + 1, s->len - 1);
}

static bool
take_char(struct str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = str_n(s->p + 1, s->len - 1);
	return true;
}

static struct str
take_token(struct str *s)
{
	size_t n = str_span(*s, STR_ALNUM, STR_TOKEN_MORE);
	struct str token = str_n(s->p, n);

	*s = str_n(s->p + n, s->len - n);
	return token;
}

/* Without the backslashes in front of other bytes. */
static int
unescape(struct arena *a, struct str *s)
{
	char *to = arena_alloc(a, s->len);
	size_t n = 0;

	if (to == NULL)
		return -1;
	for (size_t i = 0; i < s->len; i++) {
		if (s->p[i] == '\\')
			i++;
		to[n++] = s->p[i];
	}
	*s = str_n(to, n);
	return 0;
}

/* A quoted string, whose opening quote has been taken. */
static int
take_quoted(struct arena *a, struct str *s, struct str *out)
{
	bool escaped = false;
	size_t n = 0;

	for (; n < s->len && s->p[n] != '"'; n++) {
		if (s->p[n] == '\\') {
			escaped = true;
			n++;
		}
		if (n == s->len || (unsigned char)s->p[n] < 0x20 ||
		    s->p[n] == 0x7f)
			return -1;
	}
	if (n == s->len)
		return -1;
	*out = str_n(s->p, n);
	*s = str_n(s->p + n + 1, s->len - n - 1);
	return escaped ? unescape(a, out) : 0;
}

/* name "=" value; unknown names are skipped, known ones must not repeat. */
static int
take_param(struct arena *a, struct str *s, struct params *out)
{
	struct str name = take_token(s), value;
	int which = 0;

	skip_blanks(s);
	if (name.len == 0 || !take_char(s, '='))
		return -1;
	skip_blanks(s);
	if (take_char(s, '"')) {
		if (take_quoted(a, s, &value) < 0)
			return -1;
	} else {
		value = take_token(s);
		if (value.len == 0)
			return -1;
	}
	while (which < P__MAX && !str_eq_nocase(name, str_of(names[which])))
		which++;
	if (which == P__MAX)
		return 0;
	if (out->value[which].p != NULL)
		return -1;
	out->value[which] = value;
	return 0;
}

/* A list with commas; empty elements are allowed (RFC 9110 5.6.1.2). */
static int
take_params(struct arena *a, struct str s, struct params *out)
{
	for (;;) {
		skip_blanks(&s);
		if (s.len == 0)
			return 0;
		if (take_char(&s, ','))
			continue;
		if (take_param(a, &s, out) < 0)
			return -1;
		skip_blanks(&s);
		if (s.len > 0 && s.p[0] != ',')
			return -1;
	}
}

static int
choose_algorithm(struct str name, enum crypto_alg *alg)
{
	if (name.p == NULL || str_eq_nocase(name, STR("MD5")))
		*alg = CRYPTO_MD5;
	else if (str_eq_nocase(name, STR("SHA-256")))
		*alg = CRYPTO_SHA256;
	else
		return -1; /* also the -sess ones, which we never offer */
	return 0;
}

static int
accept_params(const struct params *p, struct digest *out)
{
	const struct str *v = p->value;
	uint64_t nc = 0;

	for (int i = 0; i < P_ALGORITHM; i++)
		if (v[i].p == NULL)
			return -1;
	if (!str_eq_nocase(v[P_QOP], STR("auth")) ||
	    choose_algorithm(v[P_ALGORITHM], &out->alg) < 0 ||
	    str_eq_nocase(v[P_USERHASH], STR("true")))
		return -1;
	if (v[P_NC].len != 8 || !num_parse_hex(v[P_NC], &nc))
		return -1;
	out->username = v[P_USERNAME];
	out->realm = v[P_REALM];
	out->nonce = v[P_NONCE];
	out->uri = v[P_URI];
	out->response = v[P_RESPONSE];
	out->cnonce = v[P_CNONCE];
	out->opaque = v[P_OPAQUE];
	out->nc_text = v[P_NC];
	out->nc = (uint32_t)nc;
	return 0;
}

/* What accept makes of the parameters of a header. */
static int
parse(struct arena *a, struct str header,
    int (*accept)(const struct params *p, struct digest *out),
    struct digest *out, struct err *e)
{
	struct params p = {0};
	struct str scheme, s = str_trim(header);

	if (header.len > DIGEST_HEADER_MAX)
		return err_set(e, ERR_LIMIT, "a header of digest is too long");
	memset(out, 0, sizeof(*out));
	scheme = take_token(&s);
	if (!str_eq_nocase(scheme, STR("Digest")) || s.len == 0 ||
	    s.p[0] != ' ')
		return err_set(e, ERR_INPUT, "no digest authentication");
	if (take_params(a, s, &p) < 0 || accept(&p, out) < 0)
		return err_set(e, ERR_INPUT, "a bad digest authentication");
	return 0;
}

int
digest_parse(
    struct arena *a, struct str header, struct digest *out, struct err *e)
{
	return parse(a, header, accept_params, out, e);
}

/* ---- the response (RFC 7616 section 3.4.1) ---- */

void
digest_response(const struct digest *d, struct str method, struct str password,
    char out[CRYPTO_HEX_MAX])
{
	char ha1[CRYPTO_HEX_MAX], ha2[CRYPTO_HEX_MAX];
	const struct str secret[] = {d->username, d->realm, password};
	const struct str request[] = {method, d->uri};
	struct str all[] = {
	    STR(""), d->nonce, d->nc_text, d->cnonce, STR("auth"), STR("")};
	bool counted = d->nc_text.len > 0;

	crypto_join_hex(d->alg, ':', secret, 3, ha1);
	crypto_join_hex(d->alg, ':', request, 2, ha2);
	all[0] = str_of(ha1);
	all[counted ? 5 : 2] = str_of(ha2);
	crypto_join_hex(d->alg, ':', all, counted ? 6 : 3, out);
	explicit_bzero(ha1, sizeof(ha1));
}

/* ---- the other side: who is asked for a password ---- */

/* Does the list of ways have ours? */
static bool
offers_auth(struct str qop)
{
	struct str one;

	while (str_next(&qop, ',', &one))
		if (str_eq_nocase(str_trim(one), STR("auth")))
			return true;
	return false;
}

static int
accept_challenge(const struct params *p, struct digest *out)
{
	const struct str *v = p->value;

	if (v[P_REALM].p == NULL || v[P_NONCE].p == NULL ||
	    choose_algorithm(v[P_ALGORITHM], &out->alg) < 0 ||
	    (v[P_QOP].p != NULL && !offers_auth(v[P_QOP])))
		return -1;
	out->realm = v[P_REALM];
	out->nonce = v[P_NONCE];
	out->opaque = v[P_OPAQUE];
	out->nc = v[P_QOP].p != NULL;
	out->nc_text = out->nc > 0 ? STR("00000001") : STR("");
	return 0;
}

void
digest_quote(struct buf *out, struct str s)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		must((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_putc(out, '\\');
		buf_putc(out, s.p[i]);
	}
	buf_putc(out, '"');
}

int
digest_challenged(
    struct arena *a, struct str header, struct digest *out, struct err *e)
{
	return parse(a, header, accept_challenge, out, e);
}

static void
add_param(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, "%s=", name);
	digest_quote(out, value);
	buf_puts(out, ", ");
}

void
digest_answer(const struct digest *d, struct str method, struct str password,
    struct buf *out)
{
	char response[CRYPTO_HEX_MAX];

	digest_response(d, method, password, response);
	buf_puts(out, "Digest ");
	add_param(out, "username", d->username);
	add_param(out, "realm", d->realm);
	add_param(out, "nonce", d->nonce);
	add_param(out, "uri", d->uri);
	add_param(out, "response", str_of(response));
	if (d->opaque.p != NULL)
		add_param(out, "opaque", d->opaque);
	if (d->nc_text.len > 0) {
		add_param(out, "cnonce", d->cnonce);
		buf_printf(out, "nc=%.*s, qop=auth, ", (int)d->nc_text.len,
		    d->nc_text.p);
	}
	buf_printf(
	    out, "algorithm=%s", d->alg == CRYPTO_MD5 ? "MD5" : "SHA-256");
}
