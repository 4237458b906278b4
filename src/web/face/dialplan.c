#include "dialplan.h"

#include <string.h>

#include "access.h"
#include "count.h"
#include "dialplan_login.h"
#include "dialplan_side.h"
#include "domain.h"
#include "health.h"
#include "instance.h"
#include "log.h"

#define TYPES_MAX ((size_t)4 << 20) /* memory of the types */

static struct arena memory;
static struct phone_types types;

int
dialplan_start(struct web *w, struct err *e)
{
	arena_init(&memory, TYPES_MAX);
	dialplan_login_open();
	return phone_types_load(&memory, w->conf.templates, &types, e);
}

void
dialplan_stop(void)
{
	dialplan_login_close();
	arena_fini(&memory);
}

/* ---- answers ---- */

static void
put_head(struct dialplan *d)
{
	(void)resp_header(d->out, "Content-Type", STR("application/json"));
	(void)resp_header(d->out, "Cache-Control", STR("no-store"));
	jout_init(&d->j, resp_sink(d->out));
	jout_object(&d->j, NULL);
}

void
dialplan_begin(struct dialplan *d)
{
	put_head(d);
	jout_strz(&d->j, "result", "success");
}

void
dialplan_end(struct dialplan *d)
{
	jout_end(&d->j);
	(void)resp_write(d->out, "\n", 1);
}

int
dialplan_rows(struct dialplan *d, int64_t n)
{
	dialplan_begin(d);
	jout_int(&d->j, "numrows", n);
	dialplan_end(d);
	return 0;
}

static void
refuse(struct dialplan *d, const char *result, const char *message)
{
	d->r->refused = true;
	put_head(d);
	jout_strz(&d->j, "result", result);
	jout_strz(&d->j, "message", message);
	dialplan_end(d);
}

static int
fail_with(struct dialplan *d, int status, const char *message)
{
	resp_status(d->out, status);
	refuse(d, "fail", message);
	return 0;
}

int
dialplan_fail(struct dialplan *d, const char *message)
{
	return fail_with(d, 200, message);
}

/* What a rule refused; a list that has begun breaks off, so that nobody takes
 * it for a whole one. */
static void
word_error(struct dialplan *d)
{
	static const char *const messages[ERR__MAX] = {
	    [ERR_INPUT] = "Invalid value",
	    [ERR_DENIED] = "Permission denied",
	    [ERR_GONE] = "No such phone",
	    [ERR_EXISTS] = "Phone exists",
	    [ERR_LIMIT] = "Too many values",
	};
	const char *message = messages[d->err.kind];

	if (d->out->gone)
		return;
	if (message == NULL)
		log_event(LOG_ERROR, "dialplan.failed",
		    PAIRS(P_STRZ("id", d->r->id), P_STRZ("why", d->err.text)));
	if (!resp_restart(d->out))
		resp_break(d->out);
	else if (message != NULL)
		(void)dialplan_fail(d, message);
	else if (d->err.kind == ERR_BUSY)
		refuse(d, "retry", "Busy, try again");
	else
		(void)fail_with(d, 503, "Service is unavailable");
}

/* ---- companies ---- */

int
dialplan_company(struct dialplan *d, struct str name, int64_t *id)
{
	struct domain found;
	int rc = str_eqz(name, DOMAIN_DEFAULT)
		     ? domain_get(&d->q, d->home, &found)
		     : domain_find(&d->q, name, &found);

	if (rc > 0)
		*id = found.id;
	return rc;
}

struct str
dialplan_name(const struct dialplan *d, int64_t domain, struct str name)
{
	return domain == d->home ? STR(DOMAIN_DEFAULT) : name;
}

/* ---- a command ---- */

enum need { NEED_LOGIN, NEED_DEFAULT, NEED_ADMIN };

static const struct command {
	const char *name;
	enum need need;
	bool changes;
	int (*run)(struct dialplan *d);
} commands[] = {
    {"active", NEED_DEFAULT, false, dialplan_active},
    {"assign", NEED_ADMIN, true, dialplan_assign},
    {"create", NEED_ADMIN, true, dialplan_create},
    {"demote", NEED_DEFAULT, true, dialplan_demote},
    {"inactive", NEED_DEFAULT, false, dialplan_inactive},
    {"promote", NEED_DEFAULT, true, dialplan_promote},
    {"readtypes", NEED_LOGIN, false, dialplan_readtypes},
};

static const struct command *
find_command(struct str name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (str_eqz(name, commands[i].name))
			return &commands[i];
	return NULL;
}

static bool
may(const struct dialplan *d, enum need need)
{
	switch (need) {
	case NEED_ADMIN:
		return d->who.admin;
	case NEED_DEFAULT:
		return access_sees(&d->who, d->home);
	case NEED_LOGIN:
		break;
	}
	return d->who.admin || d->who.ndomains > 0;
}

/* The body names the type, or the path does. */
static bool
is_phone(const struct dialplan *d)
{
	const struct json *type = json_member(d->body, "type");

	return str_eqz(
	    json_kind(type) == JSON_NONE ? d->type : json_text(type), "phone");
}

static int
refuse_nobody(struct dialplan *d)
{
	if (d->wait_ms == 0)
		return dialplan_fail(d, "Not logged in");
	resp_retry_after(d->out, d->wait_ms);
	return fail_with(d, 429, "Too many wrong logins");
}

static int
run_command(struct dialplan *d)
{
	const struct command *c = find_command(d->command);
	int rc;

	if (c == NULL)
		return dialplan_fail(d, "Unknown command");
	d->r->mt = c->name;
	rc = dialplan_who(d);
	if (rc <= 0)
		return rc < 0 ? -1 : refuse_nobody(d);
	d->r->who = arena_strdup(d->r->arena, d->who.cred);
	d->who.changing = c->changes;
	if (d->who.user || !may(d, c->need))
		return dialplan_fail(d, "Permission denied");
	if (!is_phone(d))
		return dialplan_fail(d, "Unknown type");
	return c->run(d);
}

/* ---- a request ---- */

/* /rest/dialplan/<command>/<type>, /rest/auth, /rest/auth/<command>; several
 * slashes count as one. */
static void
read_path(struct dialplan *d)
{
	struct str *const to[] = {&d->root, &d->section, &d->command, &d->type};
	struct str rest = d->r->path, word;
	size_t n = 0;

	while (n < COUNT(to) && str_next(&rest, '/', &word))
		if (word.len > 0)
			*to[n++] = word;
}

/* Whatever it is, it is an object; an empty one if need be. */
static void
read_body(struct dialplan *d)
{
	struct err ignored = {0};

	if (str_eqz(d->r->method, "POST") &&
	    json_read(d->r->arena, d->r->body, DIALPLAN_BODY_MAX, &d->body,
		&ignored) < 0)
		d->body = NULL;
	if (json_kind(d->body) != JSON_OBJECT)
		d->body = NULL;
	d->scope = json_member(d->body, "scope");
	d->values = json_member(d->body, "values");
}

static bool
is_whole(struct dialplan *d)
{
	if (d->r->body_state == REQ_BODY_TOO_BIG)
		(void)fail_with(d, 413, "Request is too large");
	else if (d->r->body_state == REQ_BODY_SHORT)
		(void)fail_with(d, 400, "Request is incomplete");
	return d->r->body_state == REQ_BODY_WHOLE;
}

/* /rest/auth and what is below. */
static int
run_auth(struct dialplan *d)
{
	int rc;

	d->r->mt = "auth";
	if (str_eqz(d->command, "logout"))
		return dialplan_logout(d);
	if (d->command.len > 0)
		return dialplan_fail(d, "Unknown command");
	rc = dialplan_auth(d);
	return rc == 0 && d->wait_ms > 0 ? refuse_nobody(d) : rc;
}

static int
run(struct dialplan *d)
{
	struct instance i;

	if (instance_get(&d->q, &i) < 0)
		return -1;
	d->home = i.domain_id;
	if (str_eqz(d->root, "rest") && str_eqz(d->section, "auth"))
		return run_auth(d);
	if (str_eqz(d->root, "rest") && str_eqz(d->section, "dialplan"))
		return run_command(d);
	return dialplan_fail(d, "Unknown command");
}

static void
serve(struct worker *w, struct req *r, struct resp *out)
{
	struct dialplan d = {.w = w, .r = r, .out = out, .types = &types};

	d.who.account = -1;
	d.q = worker_ask(w, r, &d.who, &d.err);
	if (!is_whole(&d))
		return;
	read_path(&d);
	read_body(&d);
	if (run(&d) < 0)
		word_error(&d);
}

/* Of other methods. */
static void
refuse_method(struct resp *out, int status, const char *phrase)
{
	struct jout j;

	resp_status(out, status);
	(void)resp_header(out, "Content-Type", STR("application/json"));
	jout_init(&j, resp_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "result", "fail");
	jout_strz(&j, "message", phrase);
	jout_end(&j);
}

static const struct route list[] = {
    HEALTH_ROUTES("/dialplan"),
    {"/", ROUTE_REST, "POST, GET, HEAD", serve, "dialplan"},
};

const struct routes dialplan_routes = {list, COUNT(list), refuse_method};
