#include "orders.h"

#include "arena.h"
#include "hubclient.h"
#include "hubwire.h"
#include "jout.h"
#include "log.h"
#include "must.h"
#include "row.h"

#define ORDERS_TIMEOUT_MS 5000
#define ORDERS_PER_MS     200         /* bytes that a busy hub reads in one */
#define ORDERS_LINES_MAX  (256 << 20) /* an import of a large fleet */
#define ANSWER_MAX        HUBWIRE_ORDERS_MAX

/* ---- the ordinary way ---- */

static int
post_socket(void *arg, struct str body, struct buf *answer, struct err *e)
{
	const struct orders *o = arg;
	struct hubclient hub = {
	    .socket = o->socket,
	    .timeout_ms = ORDERS_TIMEOUT_MS + (long)(body.len / ORDERS_PER_MS),
	    .answer_max = ANSWER_MAX,
	};

	return hubclient_order(&hub, body, answer, e);
}

/* ---- life ---- */

void
orders_init_with(struct orders *o, orders_post *post, void *arg)
{
	*o = (struct orders){.post = post, .arg = arg};
	buf_init(&o->lines, ORDERS_LINES_MAX);
	buf_init(&o->answer, ANSWER_MAX);
}

void
orders_init(struct orders *o, const char *path)
{
	orders_init_with(o, path != NULL ? post_socket : NULL, NULL);
	o->socket = path != NULL ? mem_strdup(path) : NULL;
}

void
orders_fini(struct orders *o)
{
	buf_fini(&o->lines);
	buf_fini(&o->answer);
	mem_free(o->socket);
	o->socket = NULL;
}

/* ---- lines ---- */

static struct jout
open_line(struct orders *o, const char *order)
{
	struct jout j;

	jout_init(&j, buf_sink(&o->lines));
	jout_object(&j, NULL);
	jout_strz(&j, "order", order);
	return j;
}

static void
close_line(struct orders *o, struct jout *j)
{
	jout_end(j);
	buf_putc(&o->lines, '\n');
}

void
orders_end(struct orders *o, const char *cred, int64_t rev)
{
	struct jout j = open_line(o, HUBWIRE_ORDER_END);

	jout_strz(&j, "cred", cred);
	jout_int(&j, "rev", rev);
	close_line(o, &j);
}

void
orders_put_sight(struct jout *j, const struct orders_sight *sight)
{
	jout_bool(j, "admin", sight->admin);
	if (sight->read_only)
		jout_bool(j, "readOnly", true);
	jout_array(j, "domains");
	for (size_t i = 0; i < sight->ndomains; i++)
		jout_int(j, NULL,
		    sight->looks[i] ? -sight->domains[i] : sight->domains[i]);
	jout_end(j);
}

void
orders_rights(struct orders *o, const char *cred,
    const struct orders_sight *sight, int64_t rev)
{
	struct jout j;

	if (sight->ndomains > HUBWIRE_DOMAINS_MAX) {
		log_event(
		    LOG_WARN, "rights.too-many", PAIRS(P_STRZ("cred", cred)));
		orders_end(o, cred, rev);
		return;
	}
	j = open_line(o, HUBWIRE_ORDER_RIGHTS);
	jout_strz(&j, "cred", cred);
	orders_put_sight(&j, sight);
	jout_int(&j, "rev", rev);
	close_line(o, &j);
}

void
orders_move(struct orders *o, struct str hw_id, int64_t domain)
{
	struct jout j = open_line(o, HUBWIRE_ORDER_MOVE);

	must(domain > 0);
	jout_str(&j, "hwId", hw_id);
	jout_int(&j, "domain", domain);
	close_line(o, &j);
}

void
orders_release(struct orders *o, struct str hw_id)
{
	struct jout j = open_line(o, HUBWIRE_ORDER_RELEASE);

	jout_str(&j, "hwId", hw_id);
	close_line(o, &j);
}

void
orders_drop(struct orders *o, struct str hw_id, int code)
{
	struct jout j = open_line(o, HUBWIRE_ORDER_DROP);

	jout_str(&j, "hwId", hw_id);
	jout_int(&j, "close", code);
	close_line(o, &j);
}

void
orders_tell(struct orders *o, const struct code_watch *to, int64_t domain,
    struct str message)
{
	struct jout j = open_line(o, HUBWIRE_ORDER_TELL);

	jout_str(&j, "boot", to->boot);
	jout_str(&j, "session", to->session);
	jout_int(&j, "domain", domain);
	jout_str(&j, "line", message);
	close_line(o, &j);
}

void
orders_line(struct orders *o, struct str line)
{
	buf_str(&o->lines, line);
	buf_putc(&o->lines, '\n');
}

void
orders_forget(struct orders *o)
{
	buf_wipe(&o->lines);
}

/* ---- sending ---- */

/* As many whole lines of rest as fit into one POST. */
static struct str
next_part(struct str rest)
{
	size_t len =
	    rest.len < HUBWIRE_ORDERS_MAX ? rest.len : HUBWIRE_ORDERS_MAX;

	while (len > 0 && rest.p[len - 1] != '\n')
		len--;
	return str_n(rest.p, len > 0 ? len : rest.len);
}

int
orders_flush(struct orders *o, struct err *e)
{
	struct str rest = buf_view(&o->lines);
	int rc = 1;

	buf_clear(&o->answer);
	if (buf_failed(&o->lines))
		rc = err_set(e, ERR_LIMIT, "too many orders at once");
	orders_post *post = o->post;
	void *arg = o->socket != NULL ? o : o->arg;
	while (rc > 0 && rest.len > 0 && post != NULL) {
		struct str part = next_part(rest);

		rc = post(arg, part, &o->answer, e);
		rest = str_n(rest.p + part.len, rest.len - part.len);
	}
	orders_forget(o);
	return rc < 0 ? -1 : 0;
}

bool
orders_done(const struct orders *o, size_t n)
{
	struct str rest = buf_view(&o->answer), line = {0};

	for (size_t i = 0; i <= n; i++)
		if (!str_next(&rest, '\n', &line))
			return false;
	return str_starts(line, STR("{\"ok\":true"));
}
