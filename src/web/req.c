#include "req.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "crypto.h"

struct str
req_nth(const struct req *r, const char *name, size_t i)
{
	size_t n = strlen(name);

	for (const char *const *p = r->params; *p != NULL; p++)
		if (**p == *name && strncmp(*p, name, n) == 0 &&
		    (*p)[n] == '=' && i-- == 0)
			return str_of(*p + n + 1);
	return (struct str){0};
}

struct str
req_param(const struct req *r, const char *name)
{
	struct str value = req_nth(r, name, 0);

	return value.p != NULL ? value : str_n("", 0);
}

struct str
req_fact(const struct req *r, enum hubwire_fact fact)
{
	return req_param(r, hubwire_facts[fact].param);
}

bool
req_has(const struct req *r, const char *name)
{
	return req_nth(r, name, 0).p != NULL;
}

bool
req_is_local(const struct req *r)
{
	return str_starts(r->remote, STR("127.")) ||
	       str_eqz(r->remote, "::1") || str_eqz(r->remote, "unix:");
}

/* nginx's id if it is a plain word, else one of our own. */
static void
take_id(struct req *r)
{
	static _Atomic uint64_t next;
	struct str given = req_param(r, "REQUEST_ID");
	uint64_t n;

	if (given.len > 0 && given.len <= REQ_ID_MAX &&
	    str_only(given, STR_DIGITS | STR_LOWER, "")) {
		str_copy(r->id, sizeof(r->id), given);
		return;
	}
	n = atomic_load(&next);
	if (n == 0) {
		uint64_t start, none = 0;

		crypto_random(&start, sizeof(start));
		start >>= 1; /* room to count */
		atomic_compare_exchange_strong(&next, &none, start | 1);
	}
	n = atomic_fetch_add(&next, 1);
	(void)snprintf(r->id, sizeof(r->id), "%016" PRIx64, n);
}

static struct str
cut(struct str s, size_t max)
{
	return s.len > max ? str_n(s.p, max) : s;
}

/* A header by which a proxy says that it speaks for another. */
static bool
is_hop(const char *param)
{
	static const char *const names[] = {"HTTP_FORWARDED=",
	    "HTTP_X_FORWARDED_FOR=", "HTTP_X_FORWARDED_HOST=",
	    "HTTP_X_FORWARDED_PROTO=", "HTTP_X_REAL_IP=", "HTTP_VIA="};

	if (strncmp(param, "HTTP_", 5) != 0)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = strlen(names[i]);

		if (strncmp(param, names[i], n) == 0)
			return param[n] != '\0';
	}
	return false;
}

/* nginx's variables show the first header of a name only: one that a client
 * left empty hides what a proxy adds behind it. */
static void
doubt_remote(struct req *r)
{
	if (!req_is_local(r))
		return;
	for (const char *const *p = r->params; *p != NULL; p++)
		if (is_hop(*p))
			r->remote = STR("unknown");
}

/* One walk over the parameters for those that every request needs. */
static void
take_params(struct req *r)
{
	const struct {
		const char *name;
		struct str *to;
	} wanted[] = {
	    {"REQUEST_METHOD=", &r->method},
	    {"REQUEST_URI=", &r->target},
	    {"DOCUMENT_URI=", &r->path},
	    {"QUERY_STRING=", &r->query},
	    {"REMOTE_ADDR=", &r->remote},
	};

	for (const char *const *p = r->params; *p != NULL; p++)
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]);
		     i++) {
			size_t n = strlen(wanted[i].name);

			if (**p == *wanted[i].name &&
			    strncmp(*p, wanted[i].name, n) == 0)
				*wanted[i].to = str_of(*p + n);
		}
}

void
req_init(struct req *r, struct arena *a, const char *const *params)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
	r->params = params;
	take_params(r);
	doubt_remote(r);
	if (r->path.p == NULL)
		r->path = str_n(r->target.p, str_find(r->target, '?'));
	r->method = cut(r->method, 32);
	r->path = cut(r->path, REQ_TARGET_MAX);
	r->internal = str_eqz(req_param(r, "FLEETLINE_INTERNAL"), "1");
	r->body = str_n("", 0);
	take_id(r);
}

void
req_later(struct req *r, req_rest *fn, void *arg)
{
	r->rest = fn;
	r->rest_arg = arg;
}

/* Letters, digits and ".-:[]": names, addresses and ports. */
static bool
is_host(struct str h)
{
	return h.len > 0 && h.len <= 255 && str_only(h, STR_ALNUM, ".-:[]");
}

const char *
req_origin(const struct req *r)
{
	struct str host = req_param(r, "HTTP_HOST");
	struct str scheme = req_param(r, "REQUEST_SCHEME");
	bool tls =
	    str_eqz(scheme, "https") || str_eqz(req_param(r, "HTTPS"), "on");

	if (!is_host(host))
		return NULL;
	return arena_printf(r->arena, "%s://%.*s", tls ? "https" : "http",
	    (int)host.len, host.p);
}

const char *
req_log_path(const struct req *r)
{
	const char *path = req_nth(r, "FLEETLINE_LOG_PATH", 0).p;

	return path != NULL ? path : "-";
}
