/*
 * HttpGet (chapters 3.1, 4.4): fetch something from a device for an app.
 *
 * No URL is opened: hardware id and path are taken out of the uri, the rights
 * of the asker are checked here, and the hub relays the request through the
 * device's tunnel.  The waiting is done outside the workers.
 */
#include "api_table.h"
#include "http1.h"
#include "hubclient.h"
#include "log.h"
#include "req.h"

/* ---- fields ---- */

enum { F_URI };

/* clang-format off */
static const struct field f_uri[] = {
    [F_URI] = NEED_TEXT("uri", 1, REQ_TARGET_MAX),
};
/* clang-format on */

#define HTTPGET_S   10                /* that a device may be silent */
#define HTTPGET_MAX ((size_t)1 << 20) /* bytes of the device's answer */
#define PART        REPLY_MESSAGE     /* of data in one message */

struct fetching {
	const char *path;
};

/* Bytes of c in a JSON string. */
static size_t
cost(unsigned char c)
{
	return c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : 1;
}

/* Cut off the front of *rest what fits into one message, at the end of a
 * character. */
static struct str
next_part(struct str *rest, enum reply_form form)
{
	struct str part = *rest;
	size_t n = 0, sum = 0;

	if (form == REPLY_LINES) {
		while (n < rest->len && sum < PART)
			sum += cost((unsigned char)rest->p[n++]);
		while (
		    n < rest->len && ((unsigned char)rest->p[n] & 0xc0) == 0x80)
			n++;
		part = str_n(rest->p, n);
	}
	*rest = str_n(rest->p + part.len, rest->len - part.len);
	return part;
}

/* The answer to the app; data is text. */
static void
put_answer(
    struct call *c, const struct fetch_answer *ans, struct str data, bool text)
{
	struct jout *j = &c->reply->j;

	do {
		struct str part = next_part(&data, c->reply->form);

		reply_open(c->reply);
		jout_int(j, "status", ans->status);
		if (ans->type[0] != '\0')
			jout_strz(j, "contentType", ans->type);
		if (!text)
			jout_strz(j, "encoding", "base64");
		jout_str(j, "data", part);
		if (data.len == 0)
			jout_bool(j, "last", true);
		reply_close(c->reply);
	} while (data.len > 0);
}

static bool
fits(const struct call *c, struct str data)
{
	size_t sum = 0;

	for (size_t i = 0; i < data.len; i++)
		sum += cost((unsigned char)data.p[i]);
	return c->reply->room == REPLY_NO_END ||
	       sum + sum / 8 + REPLY_ITEM < c->reply->room;
}

static void
answer(struct call *c, const struct fetch_answer *ans)
{
	struct str data = buf_view(&ans->body);
	bool text = str_utf8(data);
	struct buf coded;

	buf_init(&coded, 2 * HTTPGET_MAX);
	if (!text) {
		crypto_base64(data, &coded);
		data = buf_view(&coded);
	}
	if (fits(c, data))
		put_answer(c, ans, data, text);
	else
		reply_error(c->reply, "answer too large", NULL);
	buf_fini(&coded);
}

/* The hub could not reach the device, or waited in vain. */
static void
refuse(struct call *c, int status)
{
	reply_error(
	    c->reply, status == 503 ? "device offline" : "no answer", NULL);
}

static void
get(struct call *c, bool busy)
{
	const struct fetching *job = c->later_arg;
	struct hubclient hub = {.origin = HUBWIRE_CONTROL,
	    .socket = c->control,
	    .timeout_ms = (HTTPGET_S + 1) * 1000,
	    .answer_max = HTTPGET_MAX,
	    .device_s = HTTPGET_S};
	struct fetch_answer ans;
	struct err e;

	if (busy) {
		reply_error(c->reply, err_phrase(ERR_BUSY), NULL);
	} else if (hubclient_get(&hub, job->path, &ans, &e) < 0) {
		log_event(
		    LOG_INFO, "httpget.failed", PAIRS(P_STRZ("why", e.text)));
		reply_error(c->reply,
		    e.kind == ERR_LIMIT ? "answer too large" : "no answer",
		    NULL);
	} else {
		if (str_eqz(str_of(ans.type), HTTP1_NOT_DEVICE))
			refuse(c, ans.status);
		else
			answer(c, &ans);
		buf_fini(&ans.body);
	}
	c->refused = c->reply->error;
}

/* What may stand in a request target as it is. */
static bool
is_target(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '#')
			return false;
	return true;
}

static int
http_get(struct call *c)
{
	struct str hw_id, rest;
	struct device d;
	struct fetching *job;
	int found;

	if (!uris_parse(c->v[F_URI].text, c->uris->base, &hw_id, &rest) ||
	    !is_target(rest))
		return err_say(c->q.err, ERR_INPUT, "invalid uri");
	found = device_get(&c->q, hw_id, &d);
	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(c->q.err, ERR_GONE, "no such device");
	if (d.domain_id == 0 || !d.online)
		return err_say(c->q.err, ERR_BUSY, "device offline");
	job = arena_alloc(c->q.arena, sizeof(*job));
	if (job == NULL)
		return err_set(c->q.err, ERR_LIMIT, "no memory");
	job->path = arena_printf(c->q.arena, HUBWIRE_TUNNEL "%.*s/%.*s",
	    (int)d.hw_id.len, d.hw_id.p, (int)rest.len, rest.p);
	if (job->path == NULL)
		return err_set(c->q.err, ERR_LIMIT, "no memory");
	c->later = get;
	c->later_arg = job;
	return 0;
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("HttpGet"), CHANGES, PARTS, FIELDS(f_uri), .run = http_get},
};
/* clang-format on */

const struct api_table api_httpget = {messages, COUNT(messages)};
