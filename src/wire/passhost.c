#include "passhost.h"

#include <stdio.h>

#include "crypto.h"
#include "must.h"
#include "num.h"

#define LABEL_MAX 63  /* bytes of a label, RFC 1035 section 2.3.4 */
#define NAME_MAX  190 /* of a host, so that a label fits in front */
#define HASH_LEN  32  /* hex digits of the hash in a label */
#define PORT_MAX  65535

static struct str
skip(struct str s, size_t n)
{
	return str_n(s.p + n, s.len - n);
}

static bool
take(struct str *s, struct str start)
{
	if (!str_starts(*s, start))
		return false;
	*s = skip(*s, start.len);
	return true;
}

/* A name or an address; [::1] in its brackets. */
static bool
is_host(struct str s, bool each)
{
	if (s.len > 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		return !each && str_only(str_n(s.p + 1, s.len - 2), STR_DIGITS,
				    "abcdefABCDEF:.");
	return s.len > 0 && s.len <= NAME_MAX && s.p[0] != '.' &&
	       str_only(s, STR_ALNUM, ".-");
}

/* Where ":port" begins, behind an address in brackets too. */
static size_t
find_port(struct str s)
{
	size_t bracket = str_find(s, ']');
	size_t from = bracket < s.len ? bracket : 0;

	return from + str_find(skip(s, from), ':');
}

bool
passhost_parse(struct str text, struct passhost *out)
{
	int64_t n;
	size_t at = str_find(text, ':');

	*out = (struct passhost){.scheme = str_n(text.p, at)};
	if (!str_eqz(out->scheme, "http") && !str_eqz(out->scheme, "https"))
		return false;
	text = skip(text, at);
	if (!take(&text, STR("://")))
		return false;
	out->each = take(&text, STR("*."));
	at = find_port(text);
	out->host = str_n(text.p, at);
	if (at < text.len) {
		out->port = skip(text, at + 1);
		if (!num_parse(out->port, 1, PORT_MAX, &n))
			return false;
	}
	return is_host(out->host, out->each) ||
	       (out->host.len == 0 && !out->each && out->port.len > 0);
}

void
passhost_label(struct str hw_id, char out[PASSHOST_LABEL_SIZE])
{
	char hash[CRYPTO_HEX_MAX];

	if (hw_id.len > 0 && hw_id.len <= LABEL_MAX &&
	    str_only(hw_id, STR_DIGITS | STR_LOWER, "")) {
		str_copy(out, PASSHOST_LABEL_SIZE, hw_id);
		return;
	}
	crypto_join_hex(CRYPTO_SHA256, '\0', &hw_id, 1, hash);
	str_copy(out, PASSHOST_LABEL_SIZE, STR("x-"));
	str_copy(out + 2, PASSHOST_LABEL_SIZE - 2, str_n(hash, HASH_LEN));
}

const char *
passhost_origin(
    const struct passhost *h, struct arena *a, struct str own, struct str hw_id)
{
	char label[PASSHOST_LABEL_SIZE + 1] = "";
	struct str host = h->host;
	struct passhost ours;
	size_t n;

	if (host.len == 0) {
		if (!passhost_parse(own, &ours))
			return NULL;
		host = ours.host;
	}
	if (h->each) {
		passhost_label(hw_id, label);
		n = str_of(label).len;
		label[n] = '.';
		label[n + 1] = '\0';
	}
	return arena_printf(a, "%.*s://%s%.*s%s%.*s", (int)h->scheme.len,
	    h->scheme.p, label, (int)host.len, host.p,
	    h->port.len > 0 ? ":" : "", (int)h->port.len, h->port.p);
}
