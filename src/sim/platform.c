#include "platform.h"

#include <stdio.h>
#include <string.h>

#include "applogin.h"
#include "arena.h"
#include "count.h"
#include "crypto.h"
#include "jout.h"
#include "json.h"

#define MESSAGE_MAX      ((size_t)64 << 10)
#define PLATFORM_VERSION "110020"

static const char *const instances[] = {"users", "files"};
#define DOMAIN "apps.example"

/* ---- the websocket ---- */

static void
draw(char out[PLATFORM_WORD], size_t n)
{
	unsigned char bytes[16];

	crypto_random(bytes, sizeof(bytes));
	crypto_hex(bytes, n / 2, out);
}

static bool
proves(const struct platform *p, const struct platform_login *l,
    const struct json *v, struct str text)
{
	struct str challenge = str_of(l->challenge);
	const char *own = p->password != NULL ? p->password : "pwd";

	return challenge.len > 0 &&
	       (applogin_check(v, text, challenge, STR("")) ||
		   applogin_check(v, text, challenge, str_of(own)));
}

static void
answer(
    struct platform *p, struct platform_login *l, struct str mt, struct jout *j)
{
	if (str_eqz(mt, "AppChallenge")) {
		draw(l->challenge, 16);
		jout_strz(j, "challenge", l->challenge);
		jout_bool(j, "sysClient", true);
	} else if (str_eqz(mt, "AppLogin")) {
		jout_bool(j, "ok", l->in);
	} else if (!l->in) {
		jout_strz(j, "error", "no login");
	} else if (str_eqz(mt, "AppPlatformInfoRequest")) {
		jout_strz(j, "version", PLATFORM_VERSION);
	} else if (str_eqz(mt, "RequestHttpKey")) {
		draw(p->key, 32);
		l->has_key = true;
		jout_strz(j, "key", p->key);
	}
}

void
platform_hear(struct platform *p, struct platform_login *l, struct str message,
    struct buf *out)
{
	const struct json *v;
	struct arena a;
	struct err e;
	struct jout j;

	arena_init(&a, 4 * MESSAGE_MAX);
	if (json_read(&a, message, MESSAGE_MAX, &v, &e) == 0) {
		struct str mt = json_text(json_member(v, "mt"));
		bool info = str_eqz(mt, "AppPlatformInfoRequest");

		if (str_eqz(mt, "AppLogin"))
			l->in = proves(p, l, v, message);
		jout_init(&j, buf_sink(out));
		jout_object(&j, NULL);
		jout_strz(&j, "mt",
		    info ? "AppPlatformInfoResult"
			 : arena_printf(&a, "%.*sResult", (int)mt.len, mt.p));
		answer(p, l, mt, &j);
		jout_end(&j);
	}
	arena_fini(&a);
}

void
platform_leave(struct platform *p, const struct platform_login *l)
{
	if (l->has_key)
		p->key[0] = '\0';
}

/* ---- requests ---- */

/* The value of a parameter, as it stands there; empty: none. */
static struct str
parameter(struct str target, const char *name)
{
	size_t mark = str_find(target, '?');
	struct str query = mark < target.len ? str_n(target.p + mark + 1,
						   target.len - mark - 1)
					     : STR("");
	struct str value, key;

	while (query.len > 0 && str_next(&query, '&', &value))
		if (str_next(&value, '=', &key) && str_eqz(key, name))
			return value;
	return STR("");
}

static size_t
find(struct str name)
{
	size_t i = 0;

	while (i < COUNT(instances) && !str_eqz(name, instances[i]))
		i++;
	return i;
}

static const char *
dump(const struct platform *p, struct str target, struct buf *out)
{
	size_t i = find(parameter(target, "appName"));

	if (str_eqz(parameter(target, "manager"), "true")) {
		buf_puts(out,
		    "-- dump of the manager\nversion " PLATFORM_VERSION "\n");
		return "200 OK";
	}
	if (i == COUNT(instances) ||
	    !str_eqz(parameter(target, "appDomain"), DOMAIN))
		return "404 Not Found";
	if (p->dumps[i] != NULL)
		buf_puts(out, p->dumps[i]);
	else
		buf_printf(out,
		    "-- dump of %s\nINSERT INTO rows VALUES (1, 'secret');\n",
		    instances[i]);
	return "200 OK";
}

static const char *
restore(struct platform *p, struct str target, struct str body)
{
	struct str src = parameter(target, "src");
	const size_t skip = strlen("restore-instance-");
	size_t i = COUNT(instances);

	if (str_starts(src, STR("restore-instance-")))
		i = find(str_n(src.p + skip, src.len - skip));
	if (i == COUNT(instances))
		return "404 Not Found";
	mem_free(p->dumps[i]);
	p->dumps[i] = mem_new(body.len + 1);
	str_copy(p->dumps[i], body.len + 1, body);
	return "200 OK";
}

static void
put_passwords(const struct platform *p, struct buf *out)
{
	const char *own = p->password;

	buf_printf(out, "ssh admin %s\nssh root %s\nmanager %s\n",
	    own != NULL ? own : "ipapps", own != NULL ? own : "iplinux",
	    own != NULL ? own : "pwd");
}

const char *
platform_serve(
    struct platform *p, struct str target, struct str body, struct buf *out)
{
	struct str key = parameter(target, "key");

	if (str_starts(target, STR("/passwords.txt"))) {
		put_passwords(p, out);
		return "200 OK";
	}
	if (key.len == 0 || !str_eqz(key, p->key))
		return "403 Forbidden";
	return str_starts(target, STR("/restore?")) ? restore(p, target, body)
						    : dump(p, target, out);
}

/* ---- its life ---- */

void
platform_password(struct platform *p, struct str plain)
{
	mem_free(p->password);
	p->password = mem_new(plain.len + 1);
	str_copy(p->password, plain.len + 1, plain);
}

void
platform_fini(struct platform *p)
{
	mem_free(p->password);
	for (size_t i = 0; i < COUNT(p->dumps); i++)
		mem_free(p->dumps[i]);
	*p = (struct platform){.password = NULL};
}
