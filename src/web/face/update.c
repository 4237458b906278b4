#include "update.h"

#include <string.h>

#include "api_face.h"
#include "code.h"
#include "form.h"
#include "sysclient.h"
#include "web.h"

#define FILE_MAX ((size_t)16 << 10)
#define SERIAL   12 /* digits of the hash that names a file's content */

struct place {
	const char *host; /* of the registration URL, with its port */
	const char *base;
};

enum { DOMAIN, TOKEN, CATEGORY, NAMES };

/* <base>/update/<domain>/<token>/<category>/<any name>; several slashes count
 * as one. */
static bool
read_path(const struct req *r, struct str base, struct str names[NAMES])
{
	static const struct str under = STR("update");
	struct str rest = r->path, word;
	size_t n = 0;

	if (!str_starts(rest, base))
		return false;
	rest = str_n(rest.p + base.len, rest.len - base.len);
	while (n < NAMES + 2 && str_next(&rest, '/', &word)) {
		if (word.len == 0)
			continue;
		if (n == 0 && !str_eq(word, under))
			return false;
		if (n > 0 && n <= NAMES)
			names[n - 1] = word;
		n++;
	}
	return n > NAMES;
}

/* Lines end in CR LF. */
static void
put_file(struct buf *out, const struct place *at, const struct str names[3])
{
	char hash[CRYPTO_HEX_MAX];
	struct buf rest, url;
	struct str text;

	buf_init(&url, FILE_MAX);
	buf_init(&rest, FILE_MAX);
	sc_url(&url, at->host, at->base, names);
	buf_puts(&rest, "config change SYSCLIENT /sysadmin ");
	form_encode(&rest, buf_view(&url));
	buf_puts(&rest, "\r\nconfig write\r\nconfig activate\r\n");
	text = buf_view(&rest);
	crypto_join_hex(CRYPTO_SHA256, '\0', &text, 1, hash);
	/* Values are encoded in the URL, and it once more as an option's.  A
	 * device that has done all this stops at the first line. */
	buf_printf(out, "mod cmd UP1 check ser %.*s\r\n", SERIAL, hash);
	buf_str(out, text);
	buf_fini(&rest);
	buf_fini(&url);
}

/* Whatever is wrong, nobody learns what. */
static void
not_found(struct resp *out)
{
	resp_text(out, 404, "text/plain", STR("not found\n"));
}

void
update_serve(struct worker *w, struct req *r, struct resp *out)
{
	const char *origin =
	    w->web->conf.url[0] != '\0' ? w->web->conf.url : req_origin(r);
	const char *host = origin != NULL ? strstr(origin, "://") : NULL;
	struct place at = {.base = w->web->conf.base};
	struct str names[NAMES];
	struct code found;
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);
	struct buf text;
	int rc = 0;

	if (host != NULL && read_path(r, str_of(at.base), names))
		rc = code_query_fits(&q, names, &found);
	if (rc < 0) {
		resp_error(out, 503, err_phrase(e.kind));
		return;
	}
	if (rc == 0) {
		r->refused = true;
		not_found(out);
		return;
	}
	at.host = host + 3;
	buf_init(&text, FILE_MAX);
	put_file(&text, &at, names);
	(void)resp_header(out, "Cache-Control", STR("no-store"));
	resp_text(out, 200, "text/plain", buf_view(&text));
	buf_wipe(&text);
}
